/** Something that is to be given up when it is no longer needed. */
export interface Disposable {
  dispose(): void;
}

/** Subscribes a listener, until what is returned is disposed. */
export type Event<T> = (listener: (event: T) => unknown) => Disposable;

/** Tells its listeners of events, in the order in which they subscribed. Once it is disposed, nobody hears of anything. */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<{ readonly hear: (event: T) => unknown }>();
  private disposed = false;

  readonly event: Event<T> = (hear) => {
    const listener = { hear };
    if (!this.disposed) this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };

  /** An error in one listener is thrown once all have heard. */
  fire(event: T): void {
    const errors: unknown[] = [];
    for (const { hear } of [...this.listeners]) {
      try {
        hear(event);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  dispose(): void {
    this.disposed = true;
    this.listeners.clear();
  }
}

/** Disposes all of them, in this order. */
export function together(...all: readonly Disposable[]): Disposable {
  return {
    dispose: () => {
      for (const one of all) one.dispose();
    },
  };
}
