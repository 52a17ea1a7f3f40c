/** Builds the tree bottom-up with a stack of its own: no depth of brackets can exhaust the call stack. */

import { NumberPool } from './index';
import type { JsonNode, Member, StringNode } from './index';

/** What a container waits for: its `first` item or key (or its end), the `next` one after a comma, a `separator`, … */
export type Expectation = 'first' | 'next' | 'separator' | 'colon' | 'value';

export interface OpenArray {
  readonly kind: 'array';
  readonly offset: number;
  /** Undefined as long as everything in it is a number, lying in the pool from `first` on. */
  items: JsonNode[] | undefined;
  readonly first: number;
  expects: Expectation;
}

export interface OpenObject {
  readonly kind: 'object';
  readonly offset: number;
  readonly members: Map<string, Member>;
  /** The key whose value is due. */
  key: StringNode | undefined;
  expects: Expectation;
}

export class TreeBuilder {
  readonly numbers = new NumberPool();
  /** The finished document. */
  root: JsonNode | undefined;
  private readonly stack: (OpenArray | OpenObject)[] = [];
  private objects = 0;

  /** The innermost open container. */
  get top(): OpenArray | OpenObject | undefined {
    return this.stack.at(-1);
  }

  /** How many containers are open. */
  get depth(): number {
    return this.stack.length;
  }

  /** True where a container of that kind is open, at any depth. */
  isOpen(kind: 'array' | 'object'): boolean {
    return kind === 'object' ? this.objects > 0 : this.stack.length > this.objects;
  }

  /** The kinds of the open containers, innermost first. */
  openKinds(): ('array' | 'object')[] {
    return this.stack.map(({ kind }) => kind).reverse();
  }

  openObject(offset: number): void {
    this.unpackTop();
    this.stack.push({ kind: 'object', offset, members: new Map(), key: undefined, expects: 'first' });
    this.objects++;
  }

  openArray(offset: number): void {
    this.unpackTop();
    this.stack.push({ kind: 'array', offset, items: undefined, first: this.numbers.count, expects: 'first' });
  }

  /**
   * Finishes the innermost container, whose last character is before `end`; `whole` where its own bracket closed it.
   */
  close(end: number, whole: boolean): void {
    const top = this.stack.pop();
    if (!top) return;
    const span = { offset: top.offset, length: end - top.offset };
    if (top.kind === 'object') {
      this.objects--;
      this.attach({ kind: 'object', members: top.members, whole, ...span });
      return;
    }
    const count = this.numbers.count - top.first;
    if (top.items || count === 0) this.attach({ kind: 'array', items: top.items ?? [], whole, ...span });
    else this.attach({ kind: 'numbers', first: top.first, count, whole, ...span });
  }

  /** A number; packed where its array holds nothing else so far. */
  addNumber(value: number, start: number, end: number): void {
    const { top } = this;
    if (top?.kind === 'array' && !top.items) {
      this.numbers.push(value, start, end);
      top.expects = 'separator';
    } else {
      this.attach({ kind: 'number', value, offset: start, length: end - start });
    }
  }

  /** Puts a finished value into the innermost container; in an object, one without a key is lost. */
  attach(node: JsonNode): void {
    const { top } = this;
    if (!top) {
      this.root = node;
      return;
    }
    if (top.kind === 'array') this.unpack(top).push(node);
    else if (top.key) {
      top.members.set(top.key.value, { key: top.key, value: node });
      top.key = undefined;
    }
    top.expects = 'separator';
  }

  /** An array that is about to hold another container is not packed: its numbers would stand among the inner ones. */
  private unpackTop(): void {
    if (this.top?.kind === 'array') this.unpack(this.top);
  }

  /** The array's items; numbers packed so far become nodes, since something else is about to join them. */
  private unpack(array: OpenArray): JsonNode[] {
    if (array.items) return array.items;
    const items: JsonNode[] = [];
    for (let index = array.first; index < this.numbers.count; index++) {
      items.push({ kind: 'number', value: this.numbers.value(index), ...this.numbers.span(index) });
    }
    this.numbers.truncate(array.first);
    array.items = items;
    return items;
  }
}
