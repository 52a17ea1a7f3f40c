/**
 * A JSON document as a tree with places. The tree lies in a few typed arrays (tape.ts), and a node is made when it is
 * asked for: 64 MiB of brackets take as much memory as 64 MiB of weights. Arrays of nothing but numbers (weights, data)
 * are packed: their numbers lie in one pool for the whole text.
 */

import type { Span } from '../problems';

export type JsonNode = ObjectNode | ArrayNode | NumbersNode | NumberNode | StringNode | LiteralNode | InvalidNode;

export interface ObjectNode extends Span {
  readonly kind: 'object';
  readonly members: Members;
  /** False where the text ended, or another bracket closed it, before its own `}`: missing keys prove nothing. */
  readonly whole: boolean;
}

/** The members of an object in the text's order. Of a key that occurs twice, `get` gives the last. */
export interface Members extends Iterable<readonly [string, Member]> {
  readonly size: number;
  get(key: string): Member | undefined;
  has(key: string): boolean;
  /** The keys that do not begin with `prefix`, those that are not sound left out. */
  otherThan(prefix: string): Iterable<StringNode>;
}

export interface Member {
  readonly key: StringNode;
  readonly value: JsonNode;
}

/** An array that is empty or holds something other than numbers. */
export interface ArrayNode extends Span {
  readonly kind: 'array';
  readonly items: Items;
  readonly whole: boolean;
}

/** The items of an array, made one by one: there may be twenty million. */
export interface Items extends Iterable<JsonNode> {
  readonly length: number;
  /** The same in pieces: rows of numbers that are equally long and stand one after the other are one, whatever their number. */
  pieces(): Iterable<JsonNode | RowsNode>;
}

/** A nonempty array of nothing but numbers: `first` … `first + count − 1` of the document's pool. */
export interface NumbersNode extends Span {
  readonly kind: 'numbers';
  readonly first: number;
  readonly count: number;
  readonly whole: boolean;
}

/** `count` arrays of `columns` numbers each, whose numbers lie in the document's pool from `first` on, row after row. */
export interface RowsNode {
  readonly kind: 'rows';
  readonly first: number;
  readonly count: number;
  readonly columns: number;
  /** One of them, from 0. */
  row(index: number): NumbersNode;
}

export interface NumberNode extends Span {
  readonly kind: 'number';
  readonly value: number;
}

export interface StringNode extends Span {
  readonly kind: 'string';
  readonly value: string;
}

export interface LiteralNode extends Span {
  readonly kind: 'literal';
  readonly value: true | false | null;
}

/** Something that is not JSON and was reported as that; whoever reads it keeps silent. */
export interface InvalidNode extends Span {
  readonly kind: 'invalid';
}

export interface JsonDocument {
  readonly root: JsonNode | undefined;
  readonly numbers: NumberPool;
}

/**
 * The packed numbers of a document with their places, in the text's order. Room for as many as the text can hold is asked
 * for at once: memory that nothing is written to costs nothing, and nothing is ever copied.
 */
export class NumberPool {
  private readonly values: Float64Array;
  private readonly starts: Uint32Array;
  private size = 0;

  constructor(private readonly text: string) {
    const most = Math.ceil(text.length / 2);
    this.values = new Float64Array(most);
    this.starts = new Uint32Array(most);
  }

  get count(): number {
    return this.size;
  }

  push(value: number, start: number): void {
    this.values[this.size] = value;
    this.starts[this.size] = start;
    this.size++;
  }

  /** Forgets the numbers from `count` on. */
  truncate(count: number): void {
    this.size = count;
  }

  value(index: number): number {
    return this.values[index] ?? NaN;
  }

  span(index: number): Span {
    const offset = this.starts[index] ?? 0;
    return { offset, length: this.endOf(index) - offset };
  }

  node(index: number): NumberNode {
    return { kind: 'number', value: this.value(index), ...this.span(index) };
  }

  /** A view of `count` values, valid until the next `push`. */
  slice(first: number, count: number): Float64Array {
    return this.values.subarray(first, first + count);
  }

  /** The number at `offset` of the text, its end included (where a cursor may stand), or −1. */
  indexAt(offset: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low > 0 && offset <= this.endOf(low - 1) ? low - 1 : -1;
  }

  private endOf(index: number): number {
    let end = this.starts[index] ?? 0;
    // No number ends where one of its characters follows.
    while (isOfNumber(this.text.charCodeAt(end))) end++;
    return end;
  }
}

/** A digit, a sign, a point or the letter before an exponent. */
function isOfNumber(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2d || code === 0x2b || (code | 0x20) === 0x65;
}

/** True where `offset` lies in the span or at its end. */
export function touches(span: Span, offset: number): boolean {
  return offset >= span.offset && offset <= span.offset + span.length;
}

/** The node as a reader would say it: `the number 3`, `the string "abc"`, `an array`. */
export function describeNode(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return 'an object';
    case 'array':
      return node.items.length === 0 ? 'an empty array' : 'an array';
    case 'numbers':
      return 'an array of numbers';
    case 'number':
      return `the number ${String(node.value)}`;
    case 'string':
      return `the string ${quote(node.value)}`;
    case 'literal':
      return String(node.value);
    case 'invalid':
      return 'something that is not JSON';
  }
}

/** The text in double quotes, shortened to what a message can carry. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}…` : text);
}

export function isNull(node: JsonNode): boolean {
  return node.kind === 'literal' && node.value === null;
}

/** The text, or so much of a long one as a message has room for. */
export function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
