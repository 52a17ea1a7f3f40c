/**
 * What a webview's messages lose on their way, kept. VS Code carries typed arrays whole but writes everything else as
 * JSON, where NaN and ±Infinity become null and a bigint throws; both sides wrap their port in `jsonSafe`.
 */

import type { Port } from './channel';

const NUMBER = '$number';
const BIGINT = '$bigint';

/** The same port, with non-finite numbers and bigints tagged before they are posted and restored on arrival. */
export function jsonSafe(port: Port): Port {
  return {
    post: (message) => {
      port.post(encode(message));
    },
    onMessage: (listener) =>
      port.onMessage((message) => {
        listener(decode(message));
      }),
  };
}

/** A copy of `value` that JSON carries without loss (typed arrays are left as they are). */
export function encode(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : { [NUMBER]: String(value) };
  if (typeof value === 'bigint') return { [BIGINT]: String(value) };
  return map(value, encode);
}

/** The inverse of `encode`. A malformed tag is left as it is: what it means is for the receiver's guards to refuse. */
export function decode(value: unknown): unknown {
  if (isPlain(value)) {
    const { [NUMBER]: number, [BIGINT]: bigint } = value;
    if (number === 'NaN' || number === 'Infinity' || number === '-Infinity') return Number(number);
    if (typeof bigint === 'string' && /^-?\d+$/.test(bigint)) return BigInt(bigint);
  }
  return map(value, decode);
}

function map(value: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner)]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
