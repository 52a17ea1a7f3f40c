/** JSON inside model files: strictly UTF-8, not nested so deep that whoever walks it runs out of stack. */

import { corrupt } from './importError';

const DEEPEST = 200;

export type JsonRecord = Readonly<Record<string, unknown>>;

/** The value. Throws an `ImportError` that begins with `what` where the bytes are no JSON. */
export function parseModelJson(bytes: Uint8Array, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw corrupt(`${what} is not JSON${error instanceof RangeError ? ': it is nested too deep' : ''}`);
  }
  if (depth(value) > DEEPEST) throw corrupt(`${what} is nested more than ${String(DEEPEST)} deep`);
  return value;
}

/** True for an object that is no array. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How deep objects and arrays are nested, without recursion. */
function depth(value: unknown): number {
  let level: unknown[] = [value];
  let count = 0;
  while (level.length > 0 && count <= DEEPEST) {
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      for (const inner of Object.values(item)) next.push(inner);
    }
    level = next;
    count++;
  }
  return count;
}
