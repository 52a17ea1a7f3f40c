/** JSON whose numbers read back to the same double; those that JSON has no word for are strings. */

import { jsonString } from '../core/printable';
import { printPieces } from './streams';

/**
 * Prints `value` as `toJson` writes it, and a line break; whatever else can be iterated over is an array, too. In pieces, no
 * faster than they are read: a run of millions of epochs is more than one string can hold.
 */
export async function printJson(value: unknown): Promise<void> {
  await printPieces(jsonPieces(value));
  await printPieces(['\n']);
}

/** What `toJson` writes, in pieces of about a row each. */
export function* jsonPieces(value: unknown): Generator<string> {
  if (!isNested(value)) {
    yield toJson(value);
  } else if (Symbol.iterator in value) {
    let before = '[';
    for (const item of value as Iterable<unknown>) {
      yield before;
      yield* jsonPieces(item);
      before = ',';
    }
    yield before === '[' ? '[]' : ']';
  } else {
    let before = '{';
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined) continue;
      yield `${before}${jsonString(key)}:`;
      yield* jsonPieces(member);
      before = ',';
    }
    yield '}';
  }
}

/** False for what is one piece: a word, a row of numbers, an object or array of nothing but words. */
function isNested(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || value instanceof Float64Array) return false;
  if (Symbol.iterator in value && !Array.isArray(value)) return true;
  return Object.values(value).some((member) => typeof member === 'object' && member !== null);
}

/** `value` as one line. Typed arrays are arrays, members that are undefined are left out, −0 stays −0. */
export function toJson(value: unknown): string {
  if (typeof value === 'number') return numberToJson(value);
  if (value instanceof Float64Array) return `[${Array.from(value, numberToJson).join(',')}]`;
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${jsonString(key)}:${toJson(member)}`).join(',')}}`;
  }
  return typeof value === 'string' ? jsonString(value) : JSON.stringify(value);
}

function numberToJson(value: number): string {
  if (!Number.isFinite(value)) return `"${String(value)}"`;
  return Object.is(value, -0) ? '-0' : String(value);
}
