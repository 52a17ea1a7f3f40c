/** Columns of a CSV by name, by number, or many at once: `"1-784"`, `"x*"`, `"rest"`. */

import { quote } from '../json';
import type { Span } from '../problems';
import { counted } from '../../core/notation';

/** A column by its header name or its number from 1, or several, and where the network file names them. */
export interface ColumnName {
  readonly name: string | number;
  readonly span: Span;
}

/** Columns, from 0, or what is wrong with the name. */
type Found = readonly number[] | string;

const RANGE = /^\s*(\d+)\s*-\s*(\d+)\s*$/;
const REST = 'rest';

/** True where the name may stand for several columns, so that only the CSV tells how many. */
export function isGroup(name: string | number): boolean {
  return typeof name === 'string' && (RANGE.test(name) || name.includes('*') || name.trim() === REST);
}

/** True where the name needs no header. */
export function isByNumber({ name }: ColumnName): boolean {
  return typeof name === 'number' || RANGE.test(name) || name.trim() === REST;
}

/** The header of a CSV, in which columns are found. */
export class Header {
  /** The columns of each name, from 0. */
  private readonly named = new Map<string, number[]>();

  constructor(readonly names: readonly string[]) {
    for (const [index, name] of names.entries()) {
      const columns = this.named.get(name);
      if (columns) columns.push(index);
      else this.named.set(name, [index]);
    }
  }

  /**
   * The columns of each of `wanted`, in their order; a message where there are none such. A column of that very name comes
   * before what the name would stand for; the rest are those that no other of `wanted` or `others` names.
   */
  find(wanted: readonly ColumnName[], others: readonly ColumnName[]): Found[] {
    const found = wanted.map(({ name }) => this.one(name));
    if (!found.includes(REST)) return found.map((one) => one);
    const taken = new Set<number>();
    for (const one of [...found, ...others.map(({ name }) => this.one(name))]) {
      if (typeof one !== 'string') for (const column of one) taken.add(column);
    }
    const rest = [...this.names.keys()].filter((column) => !taken.has(column));
    return found.map((one) => (one === REST ? rest : one));
  }

  private one(written: string | number): Found {
    const { names, named } = this;
    if (typeof written === 'number') return this.range(written, written);
    const name = written.trim();
    const columns = named.get(name);
    if (columns?.length === 1) return columns;
    if (columns) return `has more than one column ${quote(name)}, expected its number, from 1`;
    if (name === REST) return REST;
    const [, from, to] = RANGE.exec(name) ?? [];
    if (from !== undefined) return this.range(Number(from), Number(to));
    const shown = names.slice(0, 12).map((column) => quote(column));
    const known = shown.join(', ') + (names.length > 12 ? ', …' : '');
    const matching = name.includes('*') ? this.matching(name) : [];
    return matching.length > 0 ? matching : `has no column ${quote(name)}, expected one of ${known}`;
  }

  private range(from: number, to: number): Found {
    const { length } = this.names;
    if (from >= 1 && from <= to && to <= length) return Array.from({ length: to - from + 1 }, (_, k) => from - 1 + k);
    const wanted =
      from === to ? `column ${String(from)} to be one of them` : `columns ${String(from)} to ${String(to)}`;
    return `has ${counted(length, 'column')}, expected ${wanted}`;
  }

  /** Columns whose name is the pattern, a star standing for any text. */
  private matching(pattern: string): number[] {
    const [start = '', ...parts] = pattern.split('*');
    const end = parts.pop() ?? '';
    const fits = (name: string): boolean => {
      if (!name.startsWith(start) || !name.endsWith(end) || name.length < start.length + end.length) return false;
      let at = start.length;
      for (const part of parts) {
        const found = name.indexOf(part, at);
        if (found < 0) return false;
        at = found + part.length;
      }
      return at <= name.length - end.length;
    };
    return [...this.names.keys()].filter((column) => fits(this.names[column] ?? ''));
  }
}
