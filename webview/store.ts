import { useEffect, useReducer, useRef } from 'preact/hooks';

/** One object of state. Setting part of it tells every listener; parts that are not named stay the same objects. */
export class Store<T extends object> {
  private readonly listeners = new Set<() => void>();

  constructor(private value: T) {}

  get(): T {
    return this.value;
  }

  set(part: Partial<T>): void {
    this.value = { ...this.value, ...part };
    for (const listener of [...this.listeners]) listener();
  }

  /** Returns a function that stops listening. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** What `select` reads from the store; the component is drawn again when that is another value than before. */
export function useStore<T extends object, S>(store: Store<T>, select: (state: T) => S): S {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const selected = select(store.get());
  const latest = useRef({ select, selected });
  latest.current = { select, selected };
  useEffect(() => {
    const check = (): void => {
      if (!Object.is(latest.current.select(store.get()), latest.current.selected)) redraw(undefined);
    };
    // What was set between drawing and this effect has told nobody here.
    check();
    return store.subscribe(check);
  }, [store]);
  return selected;
}
