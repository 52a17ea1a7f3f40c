/** Words that stand where JSON takes a value but are none: what to say of them, and what was surely meant. */

import { quote, shortened } from './index';
import { isDelimiter } from './scan';
import type { Fix, Span } from '../problems';

/** A word of more characters is not looked into. */
const LONGEST = 400;

const CONSTANTS: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['false', 'false'],
  ['null', 'null'],
  ['none', 'null'],
  ['nil', 'null'],
  ['undefined', 'null'],
]);

/**
 * Where the words that begin at `start` end: at the next delimiter. Where they stand for a value, as `a + b` does, they
 * are one typo up to the end of the line. Text in single quotes is one word.
 */
export function endOfWord(text: string, start: number, isValue: boolean): number {
  const isQuoted = text[start] === "'";
  let end = start + 1;
  for (let at = end; at < text.length; at++) {
    const character = text.charAt(at);
    if (isQuoted && character === "'") return at + 1;
    if (character === '\n' || character === '\r' || (!isQuoted && ',:[]{}"'.includes(character))) break;
    if (!isQuoted && (isValue ? character === '/' && isDelimiter(text, at) : isDelimiter(text, at))) break;
    if (!isQuoted && !isBlank(character)) end = at + 1;
  }
  return end;
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t';
}

/** A key or value in single quotes without them. */
export function unquoted(word: string): string {
  return word.length > 1 && word.startsWith("'") && word.endsWith("'") ? word.slice(1, -1) : word;
}

/** What to say of the `000` of `1,000`. */
export function thousands(text: string, { offset }: Span): { message: string; fix: Fix } | undefined {
  const number = /\d{1,3},0\d\d(?![\d.])/y;
  const comma = offset - 1;
  let start = comma;
  while (start > comma - 3 && /\d/.test(text.charAt(start - 1))) start--;
  number.lastIndex = start;
  const found = start < comma ? number.exec(text)?.[0] : undefined;
  if (found === undefined) return undefined;
  const meant = found.replace(',', '');
  return {
    message: `found ${found}, expected a number without a thousands separator`,
    fix: { title: `Write ${meant}`, edits: [{ offset: start, length: found.length, text: meant }] },
  };
}

/** The message for a word that is no JSON value, with a fix where only one reading makes sense. */
export function judgeWord(word: string, span: Span): { message: string; fix?: Fix } {
  if (word.length > LONGEST) return { message: `found ${quote(word)}, expected a JSON value` };
  if (/^[+-]?(nan|inf|infinity)$/i.test(word)) return { message: `found ${word}, expected a finite number` };
  const meant = CONSTANTS.get(word.toLowerCase()) ?? plainNumber(word) ?? singleQuoted(word);
  if (meant === undefined)
    return { message: `found ${quote(word)}, expected a JSON value; strings need double quotes` };
  return {
    message: `found ${word.length > 40 ? quote(word) : word}, which JSON writes as ${shortened(meant)}`,
    fix: { title: `Write ${shortened(meant)}`, edits: [{ ...span, text: meant }] },
  };
}

/** `+1`, `.5`, `5.`, `007`, `1_000`, `0x1F` and a number with a typographic minus sign as JSON writes them. */
function plainNumber(written: string): string | undefined {
  if (/^0x[\da-f]{1,12}$/i.test(written)) return String(Number(written));
  const word = written.replace(/^[−–]/, '-').replace(/(?<=\d)_(?=\d)/g, '');
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(e[+-]?\d+)?$/i.exec(word);
  if (!parts) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = parts;
  if (whole === '' && fraction === '') return undefined;
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${sign === '-' ? '-' : ''}${digits}${fraction && `.${fraction}`}${exponent}`;
}

function singleQuoted(word: string): string | undefined {
  const text = unquoted(word);
  return text === word ? undefined : JSON.stringify(text);
}
