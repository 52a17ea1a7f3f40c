/** A later request of the same asker has taken the place of this one. */
class Superseded extends Error {
  override name = 'Superseded';
}

/** Who asks for what: of each asker only the newest request is worth going on with. */
export class LatestOnly {
  private readonly newest = new Map<string, Map<string, number>>();
  private tickets = 0;

  /** Called with a new request; returns a check that throws `Superseded` once a later one of the same asker has come. */
  enter(method: string, asker: string | undefined): () => void {
    if (asker === undefined) return () => undefined;
    const ticket = ++this.tickets;
    const ofAsker = this.newest.get(asker) ?? new Map<string, number>();
    this.newest.set(asker, ofAsker.set(method, ticket));
    return () => {
      if (ofAsker.get(method) !== ticket) throw new Superseded('superseded by a newer request');
    };
  }

  /** The asker waits for nothing any more: the checks of all its requests throw. */
  leave(asker: string): void {
    this.newest.get(asker)?.clear();
  }
}
