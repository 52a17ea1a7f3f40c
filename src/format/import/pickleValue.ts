/** What a pickle holds: plain values, and records of the classes and functions that it names. */

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | PickleGlobal
  | PickleObject
  | PersistentId;

/** The name of a class or function. */
export class PickleGlobal {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}

  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** An instance of a class, or what a known function would have made of its arguments. */
export class PickleObject {
  /** What `__setstate__` or `__dict__` would have been given. */
  state: PickleValue = null;
  /** Entries of a dict or list that is a class of its own. */
  readonly items = new Map<PickleValue, PickleValue>();

  constructor(
    readonly of: PickleGlobal,
    readonly args: readonly PickleValue[],
  ) {}
}

/** A reference to something outside of the pickle: PyTorch's storages. */
export class PersistentId {
  constructor(readonly id: PickleValue) {}
}
