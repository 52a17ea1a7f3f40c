/** Where the tokens of a JSON text end: one pass over the characters, without an object for any of them. */

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
    const end = escapeEnd(text, at);
    if (end < 0) return -1;
    at = end - 1;
  }
  return -1;
}

export type StringFault = 'end' | 'unicode' | 'escape' | 'control';

/** The same of a string that is not sound, up to its quote, its line or the text, and the last thing that is wrong with it. */
export function faultyString(text: string, start: number): { readonly end: number; readonly fault: StringFault } {
  let fault: StringFault = 'end';
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return { end: at + 1, fault };
    if (code === 0x0a || code === 0x0d) return { end: at, fault: 'end' };
    if (code < 0x20) fault = 'control';
    if (code !== 0x5c) continue;
    const end = escapeEnd(text, at);
    if (end < 0) fault = codeAt(text, at + 1) === 0x75 ? 'unicode' : 'escape';
    // What is escaped wrongly may still be a line break.
    at = end < 0 && codeAt(text, at + 1) >= 0x20 ? at + 1 : Math.max(at, end - 1);
  }
  return { end: text.length, fault: 'end' };
}

/** Where the escape whose backslash is at `at` ends, or −1 where it is none. */
function escapeEnd(text: string, at: number): number {
  switch (codeAt(text, at + 1)) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 2;
    case 0x75: // u
      for (let digit = at + 2; digit < at + 6; digit++) if (!isHexadecimal(codeAt(text, digit))) return -1;
      return at + 6;
    default:
      return -1;
  }
}

/** By the character of its escape, as far as that is another than the character itself. */
const ESCAPED: Readonly<Record<number, number>> = { 0x62: 0x08, 0x66: 0x0c, 0x6e: 0x0a, 0x72: 0x0d, 0x74: 0x09 };

/** The code units of a string whose escapes are sound, one after the other, without making a string of them. */
export class Units {
  private at = 0;
  private end = 0;

  constructor(private readonly text: string) {}

  /** Begins with the string from `start` to `end`, its quotes included. */
  begin(start: number, end: number): this {
    this.at = start + 1;
    this.end = end - 1;
    return this;
  }

  /** The next one, or −1 at the end. */
  next(): number {
    const { text, at } = this;
    if (at >= this.end) return -1;
    const code = text.charCodeAt(at);
    this.at = at + 1;
    if (code !== 0x5c) return code;
    const escape = text.charCodeAt(at + 1);
    if (escape !== 0x75) {
      this.at = at + 2;
      return ESCAPED[escape] ?? escape;
    }
    this.at = at + 6;
    let unit = 0;
    for (let digit = at + 2; digit < at + 6; digit++) unit = unit * 16 + hexadecimal(text.charCodeAt(digit));
    return unit;
  }
}

function hexadecimal(code: number): number {
  return code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57;
}

function isHexadecimal(code: number): boolean {
  return isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}

/** Where the comment of JavaScript at `start` ends, at the end of the text at the latest; −1 where there is none. */
export function commentEnd(text: string, start: number): number {
  const mark = text.charAt(start + 1);
  if (mark === '*') {
    const end = text.indexOf('*/', start + 2);
    return end < 0 ? text.length : end + 2;
  }
  if (mark !== '/') return -1;
  let end = start + 2;
  while (end < text.length && text.charCodeAt(end) !== 0x0a && text.charCodeAt(end) !== 0x0d) end++;
  return end;
}

/** 10⁰ … 10²², each of them a double. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${String(exponent)}`));

/** Reads numbers in one pass over their digits. */
export class NumberReader {
  /** The double of the last number that was read, as JSON.parse has it. */
  value = 0;

  constructor(private readonly text: string) {}

  /** Reads the number of RFC 8259 at `start` and returns where it ends; `start` where there is none. */
  read(start: number): number {
    const { text } = this;
    const isNegative = codeAt(text, start) === 0x2d;
    let at = isNegative ? start + 1 : start;
    let code = codeAt(text, at);
    if (!isDigit(code)) return start;
    let mantissa = code - 0x30;
    code = codeAt(text, ++at);
    // A number other than 0 does not begin with 0.
    if (mantissa > 0) {
      for (; isDigit(code); code = codeAt(text, ++at)) mantissa = mantissa * 10 + (code - 0x30);
    }
    let exponent = 0;
    if (code === 0x2e) {
      const first = at + 1;
      code = codeAt(text, ++at);
      for (; isDigit(code); code = codeAt(text, ++at)) mantissa = mantissa * 10 + (code - 0x30);
      if (at === first) return start;
      exponent = first - at;
    }
    if ((code | 0x20) === 0x65) {
      const sign = codeAt(text, ++at);
      if (sign === 0x2b || sign === 0x2d) at++;
      const first = at;
      let written = 0;
      for (code = codeAt(text, at); isDigit(code); code = codeAt(text, ++at)) written = written * 10 + (code - 0x30);
      if (at === first) return start;
      exponent += sign === 0x2d ? -written : written;
    }
    // Digits below 2⁵³ and a power of ten that are doubles both: one operation rounds once, as it should (Clinger 1990).
    if (mantissa < 2 ** 53 && exponent >= -22 && exponent <= 22) {
      const size = exponent < 0 ? mantissa / (POWERS[-exponent] ?? NaN) : mantissa * (POWERS[exponent] ?? NaN);
      this.value = isNegative ? -size : size;
    } else this.value = Number(text.slice(start, at));
    return at;
  }
}

/** True where a number or word that ends at `at` ends there for a reader, too: at white space, a bracket, a separator. */
export function isDelimiter(text: string, at: number): boolean {
  if (at >= text.length) return true;
  switch (text.charCodeAt(at)) {
    case 0x2c: // ,
    case 0x5d: // ]
    case 0x7d: // }
    case 0x20:
    case 0x0a:
    case 0x0d:
    case 0x09:
    case 0x3a: // :
    case 0x5b: // [
    case 0x7b: // {
    case 0x22: // "
      return true;
    case 0x2f: // /
      return at + 1 === text.length || '/*'.includes(text.charAt(at + 1));
    default:
      return false;
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** The code unit at a place; behind the end, that of no token. */
export function codeAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : 0;
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
