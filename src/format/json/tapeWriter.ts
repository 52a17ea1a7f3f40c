/** Writes a `Tape` while its text is parsed. */

import { KeyTable, Repetitions } from './keyTable';
import { CODE, NONE, Tape, WHOLE } from './tape';

/** What a container waits for: its `first` item or key (or its end), the `next` one after a comma, a `separator`, … */
type Expectation = 'first' | 'next' | 'separator' | 'colon' | 'value';

export type ContainerKind = 'object' | 'array';

/**
 * How a node is written in the text; `escaped` is a string that has escapes, `faulty` one that is not sound, `bare` a key
 * without quotes.
 */
export type ScalarKind = 'number' | 'string' | 'escaped' | 'faulty' | 'bare' | 'literal' | 'invalid';

/** Stands in an object without a key, and is forgotten when it closes. */
const LOST = 32;
/** Holds something that is not JSON: how much it should hold is not known. */
const BROKEN = 64;

/** So many containers may be open at once, … */
export const DEEPEST = 1e6;
/** … and so many does one wrong bracket close at most. A node of any other kind has two characters of its own. */
export const MOST_CLOSED = 1000;
const MOST_WRONG = 100;

/** An object with more members than this keeps a table of its keys. */
const MANY = 1024;
/** Up to so many keys are compared in pairs. */
const FEW = 8;

export class TapeWriter extends Tape {
  /** How many containers are open. */
  depth = 0;
  /** What the innermost open container waits for; undefined outside of all. */
  expects: Expectation | undefined;
  private top = NONE;
  private objects = 0;
  /** The key whose value is due. */
  private key = NONE;
  /** The first of the numbers that the innermost array ends with, for now. */
  private packed = NONE;
  /** The last node, where it is a row of numbers or several, and another one may join it. */
  private row = NONE;
  private readonly repetitions = new Repetitions(this);

  constructor(text: string) {
    const half = Math.ceil(text.length / 2);
    super(text, half + Math.min(half, DEEPEST + MOST_CLOSED * MOST_WRONG) + 1);
  }

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
}
