/**
 * The tree of a JSON text in typed arrays, written from front to back while the text is parsed: a container is followed
 * by what it holds, a key by its value. 17 bytes a node, and no depth of brackets can exhaust the call stack. Numbers of an
 * array that stand one after the other are one node, and so are rows of equally many numbers.
 */

import { NumberPool } from '.';
import type { Items, JsonNode, Member, Members, NumbersNode, RowsNode, StringNode } from '.';
import { KeyTable, Repetitions, hashEnd, hashOf, hashStep } from './keyTable';
import type { KeyNames } from './keyTable';
import { Units } from './scan';
import { unquoted } from './words';

/** What a container waits for: its `first` item or key (or its end), the `next` one after a comma, a `separator`, … */
export type Expectation = 'first' | 'next' | 'separator' | 'colon' | 'value';

export type ContainerKind = 'object' | 'array';

/**
 * How a node is written in the text; `escaped` is a string that has escapes, `faulty` one that is not sound, `bare` a key
 * without quotes.
 */
export type ScalarKind = 'number' | 'string' | 'escaped' | 'faulty' | 'bare' | 'literal' | 'invalid';

/** `numbers` is an array of nothing else, `run` are numbers in another one, `rows` are arrays of numbers in another one. */
const KINDS = [
  ...['object', 'array', 'numbers', 'run', 'rows'],
  ...['number', 'string', 'escaped', 'faulty', 'bare', 'literal', 'invalid'],
] as const;
const CODE = {
  ...{ object: 0, array: 1, numbers: 2, run: 3, rows: 4 },
  ...{ number: 5, string: 6, escaped: 7, faulty: 8, bare: 9, literal: 10, invalid: 11 },
} as const;
/** Closed by its own bracket, and all in it is JSON. */
const WHOLE = 16;
/** Stands in an object without a key, and is forgotten when it closes. */
const LOST = 32;
/** Holds something that is not JSON: how much it should hold is not known. */
const BROKEN = 64;

const NONE = -1;

/** So many containers may be open at once, … */
export const DEEPEST = 1e6;
/** … and so many does one wrong bracket close at most. A node of any other kind has two characters of its own. */
export const MOST_CLOSED = 1000;
const MOST_WRONG = 100;

/** An object with more members than this keeps a table of its keys. */
const MANY = 1024;
/** Up to so many keys are compared in pairs. */
const FEW = 8;

export class Tape implements KeyNames {
  readonly numbers: NumberPool;
  /** How many containers are open. */
  depth = 0;
  /** What the innermost open container waits for; undefined outside of all. */
  expects: Expectation | undefined;
  private readonly kinds: Uint8Array;
  private readonly starts: Uint32Array;
  /** Of rows, how many numbers each of them has. */
  private readonly ends: Uint32Array;
  /** Of a container: the one around it while it is open, then the node behind it; of packed numbers, the first. */
  private readonly links: Uint32Array;
  /** Members, items, packed numbers or rows. Of a scalar neither is written, so that it takes no memory. */
  private readonly counts: Uint32Array;
  private size = 0;
  private top = NONE;
  private objects = 0;
  /** The key whose value is due. */
  private key = NONE;
  /** The first of the numbers that the innermost array ends with, for now. */
  private packed = NONE;
  /** The last node, where it is a row of numbers or several, and another one may join it. */
  private row = NONE;
  private readonly tables = new Map<number, KeyTable>();
  private readonly repetitions = new Repetitions(this);
  private readonly units: Units;
  private readonly others: Units;

  constructor(readonly text: string) {
    this.numbers = new NumberPool(text);
    this.units = new Units(text);
    this.others = new Units(text);
    const half = Math.ceil(text.length / 2);
    const most = half + Math.min(half, DEEPEST + MOST_CLOSED * MOST_WRONG) + 1;
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

  // ── Writing ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A value is complete that stands in no container. */
  get isFinished(): boolean {
    return this.depth === 0 && this.size > 0;
  }

  /** Where the innermost open container begins. */
  get offset(): number {
    return this.starts[this.top] ?? 0;
  }

  /** Members or items of the innermost open container, numbers at its end not counted. */
  get count(): number {
    return this.counts[this.top] ?? 0;
  }

  get inObject(): boolean {
    return this.top !== NONE && this.isObject(this.top);
  }

  get inArray(): boolean {
    return this.top !== NONE && !this.isObject(this.top);
  }

  /** True where a container of that kind is open, at any depth. */
  isOpen(kind: ContainerKind): boolean {
    return kind === 'object' ? this.objects > 0 : this.depth > this.objects;
  }

  /** The kinds of the open containers, innermost first. */
  openKinds(): ContainerKind[] {
    const kinds: ContainerKind[] = [];
    let index = this.top;
    for (let left = this.depth; left > 0; left--) {
      kinds.push(this.kindOf(index));
      index = this.links[index] ?? 0;
    }
    return kinds;
  }

  open(kind: ContainerKind, start: number): void {
    const isLost = !this.take();
    const index = this.push(CODE[kind] | (isLost ? LOST : 0), start, start);
    this.links[index] = this.top === NONE ? 0 : this.top;
    this.counts[index] = 0;
    this.top = index;
    this.depth++;
    if (kind === 'object') this.objects++;
    this.expects = 'first';
  }

  /** Finishes the innermost container, whose last character is before `end`; `whole` where its own bracket closed it. */
  close(end: number, whole: boolean): void {
    const { top: index } = this;
    if (index === NONE) return;
    this.dropKey();
    const kind = this.kinds[index] ?? 0;
    const code = kind & 15;
    const flags = whole && !(kind & BROKEN) ? WHOLE : 0;
    const parent = this.links[index] ?? 0;
    if (this.packed !== NONE && this.counts[index] === 0) {
      this.kinds[index] = CODE.numbers | flags;
      this.links[index] = this.packed;
      this.counts[index] = this.numbers.count - this.packed;
      this.packed = NONE;
    } else {
      this.endRun();
      this.kinds[index] = code | flags;
      this.links[index] = this.size;
    }
    this.ends[index] = end;
    if (code === CODE.object) this.objects--;
    this.depth--;
    this.top = this.depth === 0 ? NONE : parent;
    this.expects = this.depth === 0 ? undefined : 'separator';
    if (kind & LOST) this.size = index;
    this.row = NONE;
  }

  addKey(kind: ScalarKind, start: number, end: number): void {
    this.key = this.push(CODE[kind], start, end);
    this.expects = 'colon';
  }

  /** Forgets a key that has no value. */
  dropKey(): void {
    if (this.key !== NONE) this.size = this.key;
    this.key = NONE;
  }

  /** A number of the innermost array. */
  addNumber(value: number, start: number): void {
    const { numbers } = this;
    if (this.packed === NONE) this.packed = numbers.count;
    numbers.push(value, start);
    this.expects = 'separator';
  }

  /** Puts a value into the innermost container; in an object, one without a key is lost. */
  add(kind: ScalarKind, start: number, end: number): void {
    if (kind === 'invalid') this.breakInnermost();
    if (this.take()) this.push(CODE[kind], start, end);
    this.expects = this.depth === 0 ? undefined : 'separator';
  }

  /** What is not JSON in the innermost container leaves its length unknown. */
  breakInnermost(): void {
    if (this.top !== NONE) this.kinds[this.top] = (this.kinds[this.top] ?? 0) | BROKEN;
  }

  get isBroken(): boolean {
    return this.top !== NONE && ((this.kinds[this.top] ?? 0) & BROKEN) !== 0;
  }

  /** The keys of the innermost object that occur in it before. */
  duplicates(): readonly number[] {
    const { top, count } = this;
    if (count > MANY) return this.tabled(top, count).repeated;
    const { repetitions } = this;
    let found: number[] | undefined;
    const first = top + 1;
    let key = first;
    if (count > FEW) repetitions.clear();
    for (let left = count; left > 0; left--) {
      const isRepeated = count > FEW ? repetitions.isRepeated(key) : this.isAmong(first, key);
      if (isRepeated) (found ??= []).push(key);
      key = this.after(key + 1);
    }
    return found ?? [];
  }

  private tabled(object: number, count: number): KeyTable {
    const keys = new Uint32Array(count);
    let key = object + 1;
    for (let at = 0; at < count; at++) {
      keys[at] = key;
      key = this.after(key + 1);
    }
    const table = new KeyTable(keys, this);
    this.tables.set(object, table);
    return table;
  }

  /** True where one of the keys from `first` on, before `key`, has its name. */
  private isAmong(first: number, key: number): boolean {
    let other = first;
    while (other < key && !this.isSame(other, key)) other = this.after(other + 1);
    return other < key;
  }

  /** Makes place for a value in the innermost container; false where it is an object and has no key for it. */
  private take(): boolean {
    const { top } = this;
    if (top === NONE) return true;
    if (this.isObject(top)) {
      if (this.key === NONE) return false;
      this.key = NONE;
    } else if (this.packed !== NONE) this.endRun();
    this.counts[top] = (this.counts[top] ?? 0) + 1;
    return true;
  }

  /**
   * A row of numbers, those of the pool from `first` on, in the innermost array, whose own numbers have ended. With those
   * before it of the same length it is one node.
   */
  addRow(start: number, end: number, first: number): void {
    const { top, row, kinds, counts, ends } = this;
    const columns = this.numbers.count - first;
    counts[top] = (counts[top] ?? 0) + 1;
    this.expects = 'separator';
    if (row !== NONE && row === this.size - 1) {
      if (kinds[row] === CODE.rows && ends[row] === columns) {
        counts[row] = (counts[row] ?? 0) + 1;
        return;
      }
      if (kinds[row] === (CODE.numbers | WHOLE) && counts[row] === columns) {
        kinds[row] = CODE.rows;
        ends[row] = columns;
        counts[row] = 2;
        return;
      }
    }
    this.row = this.push(CODE.numbers | WHOLE, start, end);
    this.links[this.row] = first;
    counts[this.row] = columns;
  }

  /** Something else joins numbers: those so far become a node, which for a single one says where it ends, too. */
  endRun(): void {
    const { packed: first, top, numbers } = this;
    if (first === NONE) return;
    const count = numbers.count - first;
    const { offset, length } = numbers.span(first);
    const index = this.push(count === 1 ? CODE.number : CODE.run, offset, offset + length);
    if (count === 1) numbers.truncate(first);
    else {
      this.links[index] = first;
      this.counts[index] = count;
    }
    this.counts[top] = (this.counts[top] ?? 0) + count;
    this.packed = NONE;
  }

  private push(kind: number, start: number, end: number): number {
    const index = this.size++;
    this.kinds[index] = kind;
    this.starts[index] = start;
    this.ends[index] = end;
    return index;
  }

  private isObject(index: number): boolean {
    return ((this.kinds[index] ?? 0) & 15) === CODE.object;
  }

  private kindOf(container: number): ContainerKind {
    return this.isObject(container) ? 'object' : 'array';
  }

  // ── Reading ────────────────────────────────────────────────────────────────────────────────────────────────────────

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
