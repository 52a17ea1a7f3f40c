/** A later request of the same requester has taken the place of this one. */
class Superseded extends Error {
  override name = 'Superseded';
}

/** Who asks for what: of each requester only the newest request is worth going on with. */
export class LatestOnly {
  private readonly newest = new Map<string, Map<string, number>>();
  private tickets = 0;

  /** Called with a new request; returns a check that throws `Superseded` once a later one of the same requester has come. */
  enter(method: string, requester: string | undefined): () => void {
    if (requester === undefined) return () => undefined;
    const ticket = ++this.tickets;
    const ofAsker = this.newest.get(requester) ?? new Map<string, number>();
    this.newest.set(requester, ofAsker.set(method, ticket));
    return () => {
      if (ofAsker.get(method) !== ticket) throw new Superseded('superseded by a newer request');
    };
  }

  /** The requester waits for nothing any more: the checks of all its requests throw. */
  leave(requester: string): void {
    this.newest.get(requester)?.clear();
  }
}
