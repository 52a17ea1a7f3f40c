/**
 * The tree of a JSON text in typed arrays, written from front to back while the text is parsed: a container is followed
 * by what it holds, a key by its value. 17 bytes a node, and no depth of brackets can exhaust the call stack.
 */

import { createScanner } from 'jsonc-parser';
import { NumberPool, doubled } from '.';
import type { Items, JsonNode, Member, Members, StringNode } from '.';
import { KeyTable, hashOf } from './keyTable';
import type { Names } from './keyTable';
import { unquoted } from './words';

/** What a container waits for: its `first` item or key (or its end), the `next` one after a comma, a `separator`, … */
export type Expectation = 'first' | 'next' | 'separator' | 'colon' | 'value';

export type ContainerKind = 'object' | 'array';

/** How a node is written in the text; `escaped` is a string that has escapes or faults, `bare` a key without quotes. */
export type ScalarKind = 'number' | 'string' | 'escaped' | 'bare' | 'literal' | 'invalid';

const KINDS = ['object', 'array', 'numbers', 'number', 'string', 'escaped', 'bare', 'literal', 'invalid'] as const;
const CODE = Object.fromEntries(KINDS.map((kind, code) => [kind, code])) as Record<(typeof KINDS)[number], number>;
/** Closed by its own bracket, and all in it is JSON. */
const WHOLE = 16;
/** Stands in an object without a key, and is forgotten when it closes. */
const LOST = 32;
/** Holds something that is not JSON: how much it should hold is not known. */
const BROKEN = 64;

const NONE = -1;

/** An object with more members than this keeps a table of its keys. */
const MANY = 1024;
/** Up to so many keys are compared in pairs. */
const FEW = 8;

export class Tape implements Names {
  readonly numbers: NumberPool;
  /** How many containers are open. */
  depth = 0;
  /** What the innermost open container waits for; undefined outside of all. */
  expects: Expectation | undefined;
  private kinds = new Uint8Array(256);
  private starts = new Uint32Array(256);
  private ends = new Uint32Array(256);
  /** Of a container: the one around it while it is open, then the node behind it; of packed numbers, the first. */
  private links = new Uint32Array(256);
  /** Members, items or packed numbers. */
  private counts = new Uint32Array(256);
  private size = 0;
  private top = NONE;
  private objects = 0;
  /** The key whose value is due. */
  private key = NONE;
  /** The first number of the innermost array, as long as it holds nothing else. */
  private packed = NONE;
  private readonly tables = new Map<number, KeyTable>();
  private readonly scanner;

  constructor(readonly text: string) {
    this.numbers = new NumberPool(text);
    this.scanner = createScanner(text);
  }

  /** The finished document. */
  get root(): JsonNode | undefined {
    return this.size === 0 ? undefined : this.node(0);
  }

  // ── Writing ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A value is complete that stands in no container. */
  get isFinished(): boolean {
    return this.size > 0 && this.depth === 0;
  }

  /** Where the innermost open container begins. */
  get offset(): number {
    return this.starts[this.top] ?? 0;
  }

  /** Members or items of the innermost open container, packed numbers not counted. */
  get count(): number {
    return this.counts[this.top] ?? 0;
  }

  get inObject(): boolean {
    return this.top !== NONE && this.isObject(this.top);
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
    this.links[index] = Math.max(this.top, 0);
    this.top = index;
    this.depth++;
    if (kind === 'object') this.objects++;
    this.packed = kind === 'array' ? this.numbers.count : NONE;
    this.expects = 'first';
  }

  /** Finishes the innermost container, whose last character is before `end`; `whole` where its own bracket closed it. */
  close(end: number, whole: boolean): void {
    const { top: index, packed } = this;
    if (index === NONE) return;
    this.dropKey();
    const parent = this.links[index] ?? 0;
    const count = packed === NONE ? 0 : this.numbers.count - packed;
    const kind = this.kinds[index] ?? 0;
    this.ends[index] = end;
    this.kinds[index] = (count > 0 ? CODE.numbers : kind & 15) | (whole && !(kind & BROKEN) ? WHOLE : 0);
    this.links[index] = count > 0 ? packed : this.size;
    if (count > 0) this.counts[index] = count;
    if ((kind & 15) === CODE.object) this.objects--;
    if (kind & LOST) this.size = index;
    this.depth--;
    this.top = this.depth === 0 ? NONE : parent;
    this.packed = NONE;
    this.expects = this.depth === 0 ? undefined : 'separator';
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

  /** A number; packed where its array holds nothing else so far. */
  addNumber(value: number, start: number, end: number): void {
    if (this.packed === NONE) {
      this.add('number', start, end);
    } else {
      this.numbers.push(value, start);
      this.expects = 'separator';
    }
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
  *duplicates(): Generator<number, void> {
    const { top, count } = this;
    const table = count > FEW ? new KeyTable(count, this) : undefined;
    const seen: number[] = [];
    let key = top + 1;
    for (let left = count; left > 0; left--) {
      const current = key;
      if (table ? table.put(key) : seen.some((other) => this.isSame(other, current))) yield key;
      if (!table) seen.push(key);
      key = this.after(key + 1);
    }
    if (table && count > MANY) this.tables.set(top, table);
  }

  /** Makes place for a value in the innermost container; false where it is an object and has no key for it. */
  private take(): boolean {
    const { top } = this;
    if (top === NONE) return true;
    if (this.isObject(top)) {
      if (this.key === NONE) return false;
      this.key = NONE;
    } else this.unpack();
    this.counts[top] = (this.counts[top] ?? 0) + 1;
    return true;
  }

  /** Numbers packed so far become nodes, since something else is about to join them. */
  private unpack(): void {
    const { packed: first, top, numbers } = this;
    if (first === NONE) return;
    for (let index = first; index < numbers.count; index++) {
      const { offset, length } = numbers.span(index);
      this.push(CODE.number, offset, offset + length);
    }
    this.counts[top] = numbers.count - first;
    numbers.truncate(first);
    this.packed = NONE;
  }

  private push(kind: number, start: number, end: number): number {
    if (this.size === this.kinds.length) this.grow();
    const index = this.size++;
    this.kinds[index] = kind;
    this.starts[index] = start;
    this.ends[index] = end;
    this.counts[index] = 0;
    return index;
  }

  private grow(): void {
    const { kinds } = this;
    this.kinds = new Uint8Array(kinds.length * 2);
    this.kinds.set(kinds);
    this.starts = doubled(this.starts);
    this.ends = doubled(this.ends);
    this.links = doubled(this.links);
    this.counts = doubled(this.counts);
  }

  private isObject(index: number): boolean {
    return ((this.kinds[index] ?? 0) & 15) === CODE.object;
  }

  private kindOf(container: number): ContainerKind {
    return this.isObject(container) ? 'object' : 'array';
  }

  // ── Reading ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The node at a place of the tape. */
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
      case 'invalid':
        return { kind, ...span };
      default:
        return this.stringNode(index);
    }
  }

  /** The node behind the one at `index` and all that it holds. */
  after(index: number): number {
    return ((this.kinds[index] ?? 0) & 15) <= CODE.array ? (this.links[index] ?? 0) : index + 1;
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

  /** See `Items.firstOfMatrix`. */
  firstOfMatrix(array: number, rows: number, columns: number): number | undefined {
    const first = this.links[array + 1] ?? 0;
    // Rows of nothing but numbers are one node each, and what stands between them has none in the pool.
    for (let row = 0; row < rows; row++) {
      const index = array + 1 + row;
      const isRow = ((this.kinds[index] ?? 0) & 15) === CODE.numbers && this.counts[index] === columns;
      if (!isRow || this.links[index] !== first + row * columns) return undefined;
    }
    return rows > 0 ? first : undefined;
  }

  // ── Names of keys ──────────────────────────────────────────────────────────────────────────────────────────────────

  hash(key: number): number {
    if (this.kinds[key] === CODE.string)
      return hashOf(this.text, (this.starts[key] ?? 0) + 1, (this.ends[key] ?? 0) - 1);
    const name = this.nameOf(key);
    return hashOf(name, 0, name.length);
  }

  isSame(one: number, other: number): boolean {
    return this.isNamed(one, this.nameOf(other));
  }

  isNamed(key: number, name: string): boolean {
    if (this.kinds[key] !== CODE.string) return this.nameOf(key) === name;
    const start = (this.starts[key] ?? 0) + 1;
    return (this.ends[key] ?? 0) - start - 1 === name.length && this.text.startsWith(name, start);
  }

  /** The text of a string. */
  nameOf(index: number): string {
    const start = this.starts[index] ?? 0;
    const end = this.ends[index] ?? 0;
    switch (this.kinds[index]) {
      case CODE.string:
        return this.text.slice(start + 1, end - 1);
      case CODE.bare:
        return unquoted(this.text.slice(start, end));
      default:
        return this.unescaped(start, end);
    }
  }

  /** The text of a string with escapes; of one with faults, what of it can be read. */
  private unescaped(start: number, end: number): string {
    try {
      return String(JSON.parse(this.text.slice(start, end)));
    } catch {
      this.scanner.setPosition(start);
      this.scanner.scan();
      return this.scanner.getTokenValue();
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

  firstOfMatrix(columns: number): number | undefined {
    return this.tape.firstOfMatrix(this.array, this.length, columns);
  }

  *[Symbol.iterator](): Generator<JsonNode, void> {
    let index = this.array + 1;
    for (let left = this.length; left > 0; left--) {
      yield this.tape.node(index);
      index = this.tape.after(index);
    }
  }
}
