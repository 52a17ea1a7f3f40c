/** A small network in the part of an address after `#`: no server sees it. */

import { Inflate, deflateSync } from 'fflate';

/** Characters of a link, and bytes of the text in it, at most: more is no small network. */
export const LONGEST_LINK = 32_768;
const LARGEST_TEXT = 1_048_576;
/** Before what is deflated; no base64url holds it. */
const DEFLATED = 'z.';
/** Bytes that are inflated at once: what is too large is found out before it is all there. */
const PIECE = 1024;

/** `#z.` and the text, deflated, in base64url; undefined where that is too long for a link. */
export function linkOf(text: string): string | undefined {
  const bytes = deflateSync(new TextEncoder().encode(text), { level: 9 });
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const link = `#${DEFLATED}${base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
  return link.length > LONGEST_LINK ? undefined : link;
}

/**
 * The text that a link holds: what `linkOf` made, or the text itself in base64url or with percent escapes. Undefined where there is
 * none; throws an Error for people where it cannot be read. What the text says is not looked at.
 */
export function textOfLink(hash: string): string | undefined {
  const held = hash.replace(/^#/, '');
  if (held === '') return undefined;
  if (held.length > LONGEST_LINK) throw new Error(`it is longer than ${String(LONGEST_LINK)} characters`);
  try {
    if (held.startsWith(DEFLATED)) return decode(inflate(fromBase64Url(held.slice(DEFLATED.length))));
    return /^[\w-]*$/.test(held) ? decode(fromBase64Url(held)) : decodeURIComponent(held);
  } catch (error) {
    if (error instanceof TooLarge) throw error;
    throw new Error('it is damaged');
  }
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}

class TooLarge extends Error {}

function inflate(bytes: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  const inflating = new Inflate((piece, final) => {
    size += piece.length;
    if (size > LARGEST_TEXT) throw new TooLarge(`its text has more than ${String(LARGEST_TEXT)} bytes`);
    pieces.push(piece);
    ended ||= final;
  });
  for (let at = 0; at < bytes.length; at += PIECE) {
    inflating.push(bytes.subarray(at, at + PIECE), at + PIECE >= bytes.length);
  }
  if (!ended) throw new Error('it ends too early');
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}
