/** Where the tokens of a sound JSON text end: one pass over the characters, without an object for any of them. */

/** Where the white space at `at` ends. */
export function spaceEnd(text: string, at: number): number {
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break;
  }
  return at;
}

/** Where the string whose quote is at `start` ends, or −1 where it has an escape, a control character or no end. */
export function plainStringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code === 0x5c || code < 0x20) return -1;
  }
  return -1;
}

/** The same of a string with escapes: −1 where one of them is none, or it has a control character or no end. */
export function escapedStringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) return -1;
    if (code !== 0x5c) continue;
    const escape = text.charAt(++at);
    if (escape === 'u') {
      for (const end = at + 4; at < end; at++) if (!isHexadecimal(text.charCodeAt(at + 1))) return -1;
    } else if (escape === '' || !'"\\/bfnrt'.includes(escape)) return -1;
  }
  return -1;
}

function isHexadecimal(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}

/** Where the number of RFC 8259 at `start` ends; `start` where there is none. */
export function numberEnd(text: string, start: number): number {
  let at = text.charCodeAt(start) === 0x2d ? start + 1 : start;
  const whole = digitsEnd(text, at);
  if (whole === at) return start;
  // A number other than 0 does not begin with 0.
  at = text.charCodeAt(at) === 0x30 ? at + 1 : whole;
  if (text.charCodeAt(at) === 0x2e) {
    const fraction = digitsEnd(text, at + 1);
    if (fraction === at + 1) return start;
    at = fraction;
  }
  if ((text.charCodeAt(at) | 0x20) === 0x65) {
    const sign = text.charCodeAt(at + 1);
    const digits = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1;
    const exponent = digitsEnd(text, digits);
    if (exponent === digits) return start;
    at = exponent;
  }
  return at;
}

/** True where a number or word that ends at `at` ends there for a reader, too: at white space, a bracket, a separator. */
export function isDelimiter(text: string, at: number): boolean {
  if (at >= text.length) return true;
  const character = text.charAt(at);
  return ' \t\n\r,:[]{}"'.includes(character) || (character === '/' && '/*'.includes(text.charAt(at + 1) || ' '));
}

function digitsEnd(text: string, at: number): number {
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) break;
  }
  return at;
}

const BLOCK = 1 << 16;

/** The numbers of lines, from 1. */
export class Lines {
  /** Line feeds before each block of the text, counted when a line is first asked for. */
  private before: readonly number[] | undefined;

  constructor(private readonly text: string) {}

  lineOf(offset: number): number {
    this.before ??= this.count();
    const block = Math.floor(offset / BLOCK);
    return 1 + (this.before[block] ?? 0) + this.feeds(block * BLOCK, offset);
  }

  private count(): number[] {
    const before = [0];
    for (let at = 0; at < this.text.length; at += BLOCK) {
      before.push((before.at(-1) ?? 0) + this.feeds(at, Math.min(at + BLOCK, this.text.length)));
    }
    return before;
  }

  private feeds(from: number, to: number): number {
    let feeds = 0;
    for (let at = from; at < to; at++) if (this.text.charCodeAt(at) === 0x0a) feeds++;
    return feeds;
  }
}
