/**
 * Text from a file, made safe to show. A name may hold control characters that steer a terminal, line breaks that forge a line
 * of their own, and bidirectional controls that reorder what stands beside it.
 */

/** C0, C1, line and paragraph separators, bidirectional controls and lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const SPACE = /[\t\n\v\f\r\u0085\u2028\u2029]/;

/** `text` as one line of the same length: a space for each tab and line break, U+FFFD for all else that cannot be printed. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => (SPACE.test(char) ? ' ' : '\ufffd'));
}

/** True where `printable` would change nothing. */
export function isPrintable(text: string): boolean {
  return text.search(UNPRINTABLE) < 0;
}

/** `text` as a JSON string, which is a Python string, too. What cannot be printed is escaped, and reads back as it was. */
export function jsonString(text: string): string {
  return printableJson(JSON.stringify(text));
}

/** The same JSON with what its strings hold and cannot be printed escaped; its own line breaks stay. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE, (char) =>
    /[\t\n\r]/.test(char) ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
