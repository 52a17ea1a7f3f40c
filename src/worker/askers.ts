/** A later request of the same asker has taken the place of this one. */
export class Superseded extends Error {
  override name = 'Superseded';
}

/** Who asks for what: of each asker only the newest request is worth going on with. */
export class Askers {
  private readonly newest = new Map<string, number>();

  /** Called with a new request; returns a check that throws `Superseded` once a later one of the same asker has come. */
  enter(method: string, asker: string | undefined): () => void {
    if (asker === undefined) return () => undefined;
    const key = `${asker} ${method}`;
    const ticket = (this.newest.get(key) ?? 0) + 1;
    this.newest.set(key, ticket);
    return () => {
      if (this.newest.get(key) !== ticket) throw new Superseded('a later request has taken the place of this one');
    };
  }
}
