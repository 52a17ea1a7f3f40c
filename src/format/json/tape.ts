/**
 * The tree of a JSON text in typed arrays, as `TapeWriter` writes it from front to back: a container is followed by what it
 * holds, a key by its value. 17 bytes a node, and no depth of brackets can exhaust the call stack. Numbers of an array that
 * stand one after the other are one node, and so are rows of equally many numbers.
 */

import { NumberPool } from '.';
import type { Items, JsonNode, Member, Members, NumbersNode, RowsNode, StringNode } from '.';
import { hashEnd, hashOf, hashStep } from './keyTable';
import type { KeyNames, KeyTable } from './keyTable';
import { Units } from './scan';
import { unquoted } from './words';

/** `numbers` is an array of nothing else, `run` are numbers in another one, `rows` are arrays of numbers in another one. */
const KINDS = [
  ...['object', 'array', 'numbers', 'run', 'rows'],
  ...['number', 'string', 'escaped', 'faulty', 'bare', 'literal', 'invalid'],
] as const;
export const CODE = {
  ...{ object: 0, array: 1, numbers: 2, run: 3, rows: 4 },
  ...{ number: 5, string: 6, escaped: 7, faulty: 8, bare: 9, literal: 10, invalid: 11 },
} as const;
/** Closed by its own bracket, and all in it is JSON. */
export const WHOLE = 16;

export const NONE = -1;

export class Tape implements KeyNames {
  readonly numbers: NumberPool;
  protected readonly kinds: Uint8Array;
  protected readonly starts: Uint32Array;
  /** Of rows, how many numbers each of them has. */
  protected readonly ends: Uint32Array;
  /** Of a container: the one around it while it is open, then the node behind it; of packed numbers, the first. */
  protected readonly links: Uint32Array;
  /** Members, items, packed numbers or rows. Of a scalar neither is written, so that it takes no memory. */
  protected readonly counts: Uint32Array;
  protected size = 0;
  /** Of objects with many members, by their place. */
  protected readonly tables = new Map<number, KeyTable>();
  private readonly units: Units;
  private readonly others: Units;

  /** An empty tape with room for `most` nodes of the text. */
  constructor(
    readonly text: string,
    most: number,
  ) {
    this.numbers = new NumberPool(text);
    this.units = new Units(text);
    this.others = new Units(text);
    this.kinds = new Uint8Array(most);
    this.starts = new Uint32Array(most);
    this.ends = new Uint32Array(most);
    this.links = new Uint32Array(most);
    this.counts = new Uint32Array(most);
  }

  /** The finished document. */
  get root(): JsonNode | undefined {
    return this.size === 0 ? undefined : this.node(0);
  }

  /** The node at a place of the tape that is not one of several. */
  node(index: number): JsonNode {
    const code = this.kinds[index] ?? 0;
    const kind = KINDS[code & 15] ?? 'invalid';
    const offset = this.starts[index] ?? 0;
    const span = { offset, length: (this.ends[index] ?? 0) - offset };
    const whole = (code & WHOLE) !== 0;
    const count = this.counts[index] ?? 0;
    switch (kind) {
      case 'object':
        return { kind, members: new TapeMembers(this, index, count), whole, ...span };
      case 'array':
        return { kind, items: new TapeItems(this, index, count), whole, ...span };
      case 'numbers':
        return { kind, first: this.links[index] ?? 0, count, whole, ...span };
      case 'number':
        return { kind, value: Number(this.text.slice(offset, this.ends[index])), ...span };
      case 'literal': {
        const initial = this.text[offset];
        return { kind, value: initial === 'n' ? null : initial === 't', ...span };
      }
      case 'string':
      case 'escaped':
      case 'faulty':
      case 'bare':
        return this.stringNode(index);
      default:
        return { kind: 'invalid', ...span };
    }
  }

  /** The node behind the one at `index` and all that it holds. */
  after(index: number): number {
    return ((this.kinds[index] ?? 0) & 15) <= CODE.array ? (this.links[index] ?? 0) : index + 1;
  }

  /** The items of an array, rows that stand together as one. */
  *pieces(array: number): Generator<JsonNode | RowsNode, void> {
    let index = array + 1;
    for (let left = this.counts[array] ?? 0; left > 0;) {
      const code = (this.kinds[index] ?? 0) & 15;
      const count = this.counts[index] ?? 0;
      if (code === CODE.rows) {
        yield this.rows(index);
        left -= count;
      } else if (code === CODE.run) {
        const first = this.links[index] ?? 0;
        for (let at = first; at < first + count; at++) yield this.numbers.node(at);
        left -= count;
      } else {
        yield this.node(index);
        left--;
      }
      index = this.after(index);
    }
  }

  private rows(index: number): RowsNode {
    const [first, columns] = [this.links[index] ?? 0, this.ends[index] ?? 0];
    const row = (at: number): NumbersNode => this.rowOf(first + at * columns, columns);
    return { kind: 'rows', first, count: this.counts[index] ?? 0, columns, row };
  }

  /** The row of a run whose numbers begin with `first`: nothing but white space and separators stand beside them. */
  private rowOf(first: number, count: number): NumbersNode {
    const { text, numbers } = this;
    let { offset } = numbers.span(first);
    while (text.charCodeAt(offset) !== 0x5b) offset--;
    const last = numbers.span(first + count - 1);
    let end = last.offset + last.length;
    while (text.charCodeAt(end) !== 0x5d) end++;
    return { kind: 'numbers', first, count, whole: true, offset, length: end + 1 - offset };
  }

  /** The keys of an object, the innermost open one included. */
  *keysOf(object: number): Generator<number, void> {
    let key = object + 1;
    for (let left = this.counts[object] ?? 0; left > 0; left--) {
      yield key;
      key = this.after(key + 1);
    }
  }

  /** The last key of that name in an object, or −1. */
  find(object: number, name: string): number {
    const table = this.tables.get(object);
    if (table) return table.find(name);
    let found = NONE;
    for (const key of this.keysOf(object)) if (this.isNamed(key, name)) found = key;
    return found;
  }

  stringNode(index: number): StringNode {
    const offset = this.starts[index] ?? 0;
    return { kind: 'string', value: this.nameOf(index), offset, length: (this.ends[index] ?? 0) - offset };
  }

  // ── Names of keys ──────────────────────────────────────────────────────────────────────────────────────────────────

  hash(key: number, seed: number): number {
    const [start, end] = [this.starts[key] ?? 0, this.ends[key] ?? 0];
    switch (this.kinds[key]) {
      case CODE.string:
        return hashOf(this.text, start + 1, end - 1, seed);
      case CODE.escaped: {
        const units = this.units.begin(start, end);
        let hash = seed;
        for (let unit = units.next(); unit >= 0; unit = units.next()) hash = hashStep(hash, unit);
        return hashEnd(hash);
      }
      default: {
        const name = this.nameOf(key);
        return hashOf(name, 0, name.length, seed);
      }
    }
  }

  isSame(one: number, other: number): boolean {
    if (this.kinds[one] === CODE.string && this.kinds[other] === CODE.string) return this.isSamePlain(one, other);
    if (!this.isSound(one) || !this.isSound(other)) return this.nameOf(one) === this.nameOf(other);
    const units = this.units.begin(this.starts[one] ?? 0, this.ends[one] ?? 0);
    const others = this.others.begin(this.starts[other] ?? 0, this.ends[other] ?? 0);
    for (;;) {
      const unit = units.next();
      if (unit !== others.next()) return false;
      if (unit < 0) return true;
    }
  }

  private isSamePlain(one: number, other: number): boolean {
    const { text, starts, ends } = this;
    const end = ends[one] ?? 0;
    let at = starts[one] ?? 0;
    let place = starts[other] ?? 0;
    if (end - at !== (ends[other] ?? 0) - place) return false;
    while (at < end) if (text.charCodeAt(at++) !== text.charCodeAt(place++)) return false;
    return true;
  }

  private isSound(key: number): boolean {
    return this.kinds[key] === CODE.string || this.kinds[key] === CODE.escaped;
  }

  isNamed(key: number, name: string): boolean {
    if (!this.isSound(key)) return this.nameOf(key) === name;
    return this.begins(key, name) && this.units.next() < 0;
  }

  /** True where the name of a key begins with `prefix`; then `units` stands behind it. */
  begins(key: number, prefix: string): boolean {
    if (!this.isSound(key)) return this.nameOf(key).startsWith(prefix);
    const units = this.units.begin(this.starts[key] ?? 0, this.ends[key] ?? 0);
    for (let at = 0; at < prefix.length; at++) if (units.next() !== prefix.charCodeAt(at)) return false;
    return true;
  }

  /** True where the key is not sound, which was reported. */
  isFaulty(key: number): boolean {
    return this.kinds[key] === CODE.faulty;
  }

  /** The text of a string; of one that is not sound, as it was written. */
  nameOf(index: number): string {
    const start = this.starts[index] ?? 0;
    const end = this.ends[index] ?? 0;
    switch (this.kinds[index]) {
      case CODE.escaped:
        return String(JSON.parse(this.text.slice(start, end)));
      case CODE.bare:
        return unquoted(this.text.slice(start, end));
      default:
        return this.text.slice(start + 1, end - 1);
    }
  }
}

class TapeMembers implements Members {
  constructor(
    private readonly tape: Tape,
    private readonly object: number,
    readonly size: number,
  ) {}

  get(name: string): Member | undefined {
    const key = this.tape.find(this.object, name);
    return key === NONE ? undefined : this.member(key);
  }

  has(name: string): boolean {
    return this.tape.find(this.object, name) !== NONE;
  }

  *[Symbol.iterator](): Generator<readonly [string, Member], void> {
    for (const key of this.tape.keysOf(this.object)) {
      const member = this.member(key);
      yield [member.key.value, member];
    }
  }

  *otherThan(prefix: string): Generator<StringNode, void> {
    const { tape } = this;
    for (const key of tape.keysOf(this.object))
      if (!tape.begins(key, prefix) && !tape.isFaulty(key)) yield tape.stringNode(key);
  }

  private member(key: number): Member {
    return { key: this.tape.stringNode(key), value: this.tape.node(key + 1) };
  }
}

class TapeItems implements Items {
  constructor(
    private readonly tape: Tape,
    private readonly array: number,
    readonly length: number,
  ) {}

  pieces(): Iterable<JsonNode | RowsNode> {
    return this.tape.pieces(this.array);
  }

  *[Symbol.iterator](): Generator<JsonNode, void> {
    for (const piece of this.pieces()) {
      if (piece.kind !== 'rows') yield piece;
      else for (let row = 0; row < piece.count; row++) yield piece.row(row);
    }
  }
}
