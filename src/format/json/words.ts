/** Words that stand where JSON takes a value but are none: what to say of them, and what was surely meant. */

import { quote } from './index';
import type { Fix, Span } from '../problems';

const CONSTANTS: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['false', 'false'],
  ['null', 'null'],
  ['none', 'null'],
  ['nil', 'null'],
  ['undefined', 'null'],
]);

/**
 * Where the word that begins at `start`, and of which the scanner took the part to `end`, ends: at the next delimiter.
 * The scanner itself stops `01` after the 0 and `-Infinity` after the sign. Text in single quotes is one word.
 */
export function endOfWord(text: string, start: number, end: number): number {
  if (text[start] === "'") {
    const quoted = /'[^'\n\r]*'/y;
    quoted.lastIndex = start;
    if (quoted.test(text)) return quoted.lastIndex;
  }
  let at = end;
  while (at < text.length && !' \t\n\r,:[]{}"/'.includes(text.charAt(at))) at++;
  return at;
}

/** The message for a word that is no JSON value, with a fix where only one reading makes sense. */
export function judgeWord(word: string, span: Span): { message: string; fix?: Fix } {
  if (/^[+-]?(nan|inf|infinity)$/i.test(word)) return { message: `found ${word}, expected a finite number` };
  const meant = CONSTANTS.get(word.toLowerCase()) ?? plainNumber(word) ?? singleQuoted(word);
  if (meant === undefined)
    return { message: `found ${quote(word)}, expected a JSON value; text stands in double quotes` };
  return {
    message: `found ${word.length > 40 ? quote(word) : word}, which JSON writes as ${quoteShort(meant)}`,
    fix: { title: `Write ${quoteShort(meant)}`, edits: [{ ...span, text: meant }] },
  };
}

function quoteShort(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

/** `+1`, `.5`, `5.`, `007` as JSON writes them. */
function plainNumber(word: string): string | undefined {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(e[+-]?\d+)?$/i.exec(word);
  if (!parts) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = parts;
  if (whole === '' && fraction === '') return undefined;
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${sign === '-' ? '-' : ''}${digits}${fraction && `.${fraction}`}${exponent}`;
}

function singleQuoted(word: string): string | undefined {
  return /^'[^']*'$/.test(word) ? JSON.stringify(word.slice(1, -1)) : undefined;
}
