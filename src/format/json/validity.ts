import { NumberReader, codeAt, escapedStringEnd, isDelimiter, plainStringEnd, spaceEnd } from './scan';

const CONSTANTS = ['true', 'false', 'null'];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY, COMMA, COLON] = [0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a];

/** True where JSON.parse takes the text. Ends at the first thing that is none, without an error made of it. */
export function isJson(text: string): boolean {
  const numbers = new NumberReader(text);
  /** The brackets that are due, innermost last. */
  const due: number[] = [];
  let at = spaceEnd(text, 0);
  for (;;) {
    // A value, and in an object its key before it
    const code = codeAt(text, at);
    if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      due.push(code + 2);
      at = spaceEnd(text, at + 1);
      if (codeAt(text, at) !== code + 2) {
        if (code === OPEN_OBJECT) at = keyEnd(text, at);
        if (at < 0) return false;
        continue;
      }
    } else {
      const end = code === 0x22 ? stringEnd(text, at) : wordEnd(text, at, numbers);
      if (end <= at) return false;
      at = spaceEnd(text, end);
    }
    // What follows it: brackets that close, and a comma or the end
    while (due.length > 0 && codeAt(text, at) === due.at(-1)) {
      due.pop();
      at = spaceEnd(text, at + 1);
    }
    if (due.length === 0) return at === text.length;
    if (codeAt(text, at) !== COMMA) return false;
    at = spaceEnd(text, at + 1);
    if (due.at(-1) === CLOSE_OBJECT) at = keyEnd(text, at);
    if (at < 0 || codeAt(text, at) === CLOSE_ARRAY) return false;
  }
}

/** Where the value begins whose key is at `at`, or −1. */
function keyEnd(text: string, at: number): number {
  const end = codeAt(text, at) === 0x22 ? stringEnd(text, at) : -1;
  const colon = end < 0 ? end : spaceEnd(text, end);
  return colon >= 0 && codeAt(text, colon) === COLON ? spaceEnd(text, colon + 1) : -1;
}

function stringEnd(text: string, at: number): number {
  const end = plainStringEnd(text, at);
  return end < 0 ? escapedStringEnd(text, at) : end;
}

function wordEnd(text: string, at: number, numbers: NumberReader): number {
  const constant = CONSTANTS.find((word) => text.startsWith(word, at));
  const end = constant === undefined ? numbers.read(at) : at + constant.length;
  return isDelimiter(text, end) ? end : -1;
}
