/** A stand-in for what the host's classes use of VS Code's module where there is no VS Code. */

type Listener<T> = (event: T) => unknown;

/** As in VS Code: once it is disposed, nobody hears of anything any more. */
export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  private disposed = false;

  readonly event = (listener: Listener<T>): Disposable => {
    if (!this.disposed) this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };

  fire(event: T): void {
    for (const listener of [...this.listeners]) listener(event);
  }

  dispose(): void {
    this.disposed = true;
    this.listeners.clear();
  }
}

export class Disposable {
  static from(...all: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) one.dispose();
    });
  }

  constructor(private readonly act: () => unknown) {}

  dispose(): void {
    this.act();
  }
}

/** As VS Code's. */
export const ProgressLocation = { SourceControl: 1, Window: 10, Notification: 15 };
