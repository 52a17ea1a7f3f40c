/**
 * Text → JSON tree, strictly by RFC 8259 (a byte order mark at the very start is tolerated), with every problem at its
 * place. What is sound is read here, character by character; what is not, and strings with escapes, by jsonc-parser's
 * scanner. The parser goes on after a problem as a reader would, up to a hundred of them.
 */

import { createScanner } from 'jsonc-parser';
import { quote } from './index';
import type { JsonDocument } from './index';
import { Lines, escapedStringEnd, isDelimiter, numberEnd, plainStringEnd, spaceEnd } from './scan';
import { Tape } from './tape';
import type { ContainerKind, ScalarKind } from './tape';
import { endOfWord, judgeWord, thousands, unquoted } from './words';
import type { Fix, ProblemCode, Problems, Span } from '../problems';

/** jsonc-parser's SyntaxKind, an ambient const enum, which isolated modules cannot read. */
const TOKEN = { lineComment: 12, blockComment: 13 } as const;

/** By its ScanError. */
const STRING_ERRORS: Readonly<Record<number, string>> = {
  2: 'found a string without its closing quote',
  4: 'found \\u without four hexadecimal digits',
  5: 'found a backslash before a character that JSON does not escape; a backslash itself is \\\\',
  6: 'found a control character in a string, expected its escape (\\t, \\u0007, …)',
};

const UNTERMINATED = 2;

const BRACKETS = { object: '}', array: ']' } as const;

/** After so many syntax problems (random bytes would fill the list) the rest of the text is not read. */
const MOST_SYNTAX_PROBLEMS = 100;

const DEEPEST = 1e6;

/** Parses `text`; syntax problems and duplicate keys go to `problems`. Never throws. */
export function parseJson(text: string, problems: Problems): JsonDocument {
  return new Parser(text, problems).parse();
}

class Parser {
  private readonly scanner;
  private readonly tape: Tape;
  private readonly lines: Lines;
  private reported = 0;
  /** The rest of the text is not read. */
  private hasGivenUp = false;
  /** A string without its end has swallowed what follows: brackets that lack prove nothing. */
  private isCutOff = false;
  private lastComma: Span = { offset: 0, length: 0 };
  /** Where the token under way begins, and where the last one ends. */
  private start = 0;
  private lastEnd = 0;

  constructor(
    private readonly text: string,
    private readonly problems: Problems,
  ) {
    this.scanner = createScanner(text);
    this.tape = new Tape(text);
    this.lines = new Lines(text);
  }

  parse(): JsonDocument {
    const { tape, text } = this;
    let end = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    while (!this.hasGivenUp) {
      const start = spaceEnd(text, end);
      if (start === text.length) break;
      this.start = start;
      if (tape.isFinished) {
        this.afterTheEnd();
        break;
      }
      end = this.take(start);
      this.lastEnd = end;
    }
    this.end();
    return { root: tape.root, numbers: tape.numbers };
  }

  /** Takes the token at `start` and returns where it ends. */
  private take(start: number): number {
    switch (this.text.charCodeAt(start)) {
      case 0x7b: // {
        return this.open('object', start);
      case 0x5b: // [
        return this.open('array', start);
      case 0x7d: // }
        this.close('object', start);
        return start + 1;
      case 0x5d: // ]
        this.close('array', start);
        return start + 1;
      case 0x2c: // ,
        this.takeComma(start);
        return start + 1;
      case 0x3a: // :
        this.takeColon(start);
        return start + 1;
      case 0x22: // "
        return this.takeString(start);
      case 0x2f: // /
        return this.takeComment(start);
      default:
        return this.takeWord(start);
    }
  }

  // ── Values ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  private open(kind: ContainerKind, start: number): number {
    this.beforeValue(start, start + 1);
    if (this.tape.depth === DEEPEST) {
      this.report('unexpected-token', { offset: start, length: 1 }, 'found more than a million brackets open at once');
      this.hasGivenUp = true;
    } else this.tape.open(kind, start);
    return start + 1;
  }

  private takeString(start: number): number {
    let end = plainStringEnd(this.text, start);
    let kind: ScalarKind = 'string';
    if (end < 0) {
      kind = 'escaped';
      end = escapedStringEnd(this.text, start);
    }
    if (end < 0) {
      this.scanner.setPosition(start);
      this.scanner.scan();
      end = Math.min(this.scanner.getPosition(), this.text.length);
      const error: number = this.scanner.getTokenError();
      if (error !== 0) {
        this.report(
          'invalid-string',
          { offset: start, length: end - start },
          STRING_ERRORS[error] ?? 'found a string that is not JSON',
        );
      }
      if (error === UNTERMINATED) {
        this.isCutOff = true;
        if (!this.wantsKey) kind = 'invalid';
      }
    }
    if (this.wantsKey) this.takeKey(kind, start, end);
    else this.value(kind, start, end);
    return end;
  }

  private takeComment(start: number): number {
    this.scanner.setPosition(start);
    const token: number = this.scanner.scan();
    if (token !== TOKEN.lineComment && token !== TOKEN.blockComment) return this.takeUnknown(start);
    // Of a comment that is not closed, the scanner goes one past the end of the text.
    const end = Math.min(this.scanner.getPosition(), this.text.length);
    this.report('comment', { offset: start, length: end - start }, 'found a comment, which JSON does not have');
    return end;
  }

  /** A number, a constant, or something that is neither. */
  private takeWord(start: number): number {
    const { text } = this;
    const end = numberEnd(text, start);
    if (end > start && isDelimiter(text, end)) {
      this.beforeValue(start, end);
      this.tape.addNumber(Number(text.slice(start, end)), start, end);
      return end;
    }
    for (const constant of ['true', 'false', 'null']) {
      if (!text.startsWith(constant, start) || !isDelimiter(text, start + constant.length)) continue;
      this.value('literal', start, start + constant.length);
      return start + constant.length;
    }
    return this.takeUnknown(start);
  }

  private takeUnknown(start: number): number {
    const { text, tape } = this;
    const end = endOfWord(text, start, !this.wantsKey);
    const span = { offset: start, length: end - start };
    const word = text.slice(start, end);
    if (this.wantsKey) {
      const key = unquoted(word);
      const fix = { title: 'Put the key in double quotes', edits: [{ ...span, text: JSON.stringify(key) }] };
      this.report('invalid-literal', span, `found ${quote(word)}, expected a key in double quotes`, fix);
      tape.addKey('bare', start, end);
      return end;
    }
    if (tape.expects === 'separator') {
      const fix = { title: `Remove ${quote(word)}`, edits: [{ ...span, text: '' }] };
      this.report('invalid-literal', span, `found ${quote(word)} after a value, expected a comma or ]`, fix);
      tape.breakInnermost();
      return end;
    }
    // The end of `(1, 2)` is the same slip as its start.
    const isRest = tape.isBroken && word.endsWith(')') && !word.includes('(');
    const { message, fix } = thousands(text, span) ?? judgeWord(word, span);
    if (!isRest) this.report('invalid-literal', span, message, fix);
    // One report is enough: a comma that may lack before the word is not another.
    tape.add('invalid', start, end);
    return end;
  }

  private value(kind: ScalarKind, start: number, end: number): void {
    this.beforeValue(start, end);
    this.tape.add(kind, start, end);
  }

  /** Reports where the value from `start` to `end` (of a container, its bracket) may not stand. */
  private beforeValue(start: number, end: number): void {
    const { expects, inObject } = this.tape;
    if (expects === undefined || expects === 'value' || (!inObject && expects !== 'separator')) return;
    const span = { offset: start, length: end - start };
    const isString = this.text[start] === '"';
    const found = `found ${quote(isString ? this.text.slice(start + 1, end - 1) : this.text.slice(start, end))}`;
    if (expects === 'separator') {
      this.report('missing-comma', span, `${found}, expected a comma before it`, this.insert(',', 'comma'));
    } else if (expects === 'colon') {
      this.report('missing-colon', span, `${found}, expected a colon before it`, this.insert(':', 'colon'));
    } else {
      this.report('unexpected-token', span, `${found}, expected a key in double quotes`);
    }
  }

  // ── Keys and separators ────────────────────────────────────────────────────────────────────────────────────────────

  private get wantsKey(): boolean {
    const { expects, inObject } = this.tape;
    return inObject && expects !== 'value' && expects !== 'colon';
  }

  private takeKey(kind: ScalarKind, start: number, end: number): void {
    if (this.tape.expects === 'separator') {
      const found = quote(this.text.slice(start + 1, end - 1));
      this.report(
        'missing-comma',
        { offset: start, length: end - start },
        `found the key ${found}, expected a comma before it`,
        this.insert(',', 'comma'),
      );
    }
    this.tape.addKey(kind, start, end);
  }

  private takeComma(start: number): void {
    const { tape } = this;
    const span = { offset: start, length: 1 };
    this.lastComma = span;
    if (tape.expects === 'separator') {
      tape.expects = 'next';
    } else if (tape.inObject && (tape.expects === 'colon' || tape.expects === 'value')) {
      this.report('missing-value', span, 'found a comma, expected the value of the key before it');
      tape.dropKey();
      tape.expects = 'next';
    } else {
      this.report('unexpected-token', span, 'found a comma, expected a value before it');
    }
  }

  private takeColon(start: number): void {
    const { tape } = this;
    if (tape.expects === 'colon') tape.expects = 'value';
    else this.report('unexpected-token', { offset: start, length: 1 }, 'found a colon that follows no key');
  }

  private close(kind: ContainerKind, start: number): void {
    const { tape } = this;
    const span = { offset: start, length: 1 };
    if (!tape.isOpen(kind)) {
      this.report('unexpected-token', span, `found an unmatched ${BRACKETS[kind]}`);
      return;
    }
    if (tape.inObject !== (kind === 'object')) {
      const message = `found a ${BRACKETS[kind]}, expected ${this.closing()}`;
      this.report('unexpected-token', span, message);
      while (tape.inObject !== (kind === 'object')) this.closeInnermost(start, false);
    }
    this.beforeClose(kind, span);
    this.closeInnermost(start + 1, true);
  }

  private beforeClose(kind: ContainerKind, span: Span): void {
    const { expects } = this.tape;
    if (expects === 'next') {
      const fix: Fix = { title: 'Remove the comma', edits: [{ ...this.lastComma, text: '' }] };
      const message = `found a comma before the end of the ${kind}, expected none`;
      this.report('trailing-comma', this.lastComma, message, fix);
    } else if (expects === 'colon' || expects === 'value') {
      this.report('missing-value', span, 'found the end of the object, expected the value of the key before it');
    }
  }

  private closeInnermost(end: number, whole: boolean): void {
    const { tape } = this;
    if (tape.inObject && tape.count > 1) {
      for (const key of tape.duplicates()) {
        if (this.hasGivenUp) continue;
        const node = tape.stringNode(key);
        this.report('duplicate-key', node, `found the key ${quote(node.value)} twice in one object, expected it once`);
      }
    }
    tape.close(end, whole);
  }

  // ── Ends ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  private afterTheEnd(): void {
    const offset = this.start;
    const { length } = this.text.slice(offset).trimEnd();
    this.report('unexpected-token', { offset, length }, 'found more text after the end of the value, expected nothing');
  }

  private end(): void {
    const { tape, lastEnd } = this;
    const at = { offset: lastEnd, length: 0 };
    if (tape.depth === 0) {
      if (!tape.isFinished && this.reported === 0) {
        this.report('empty-file', at, 'found no text, expected a network: { "layers": [ … ] }');
      }
      return;
    }
    if (!this.isCutOff && !this.hasGivenUp) {
      const more = tape.depth > 1 ? ` (${String(tape.depth)} brackets are open)` : '';
      const message = `found the end of the text, expected ${this.closing()}${more}`;
      this.report('unclosed', at, message, this.closeAll(at));
    }
    while (tape.depth > 0) this.closeInnermost(lastEnd, false);
  }

  /** The brackets that lack, where nothing but brackets does. */
  private closeAll(at: Span): Fix | undefined {
    const { depth, expects } = this.tape;
    if (depth > 8 || (expects !== 'separator' && expects !== 'first')) return undefined;
    const text = this.tape
      .openKinds()
      .map((kind) => BRACKETS[kind])
      .join('');
    return { title: `Add ${text}`, edits: [{ ...at, text }] };
  }

  /** The bracket that the innermost container waits for. */
  private closing(): string {
    const { inObject, offset } = this.tape;
    const kind = inObject ? 'object' : 'array';
    return `a ${BRACKETS[kind]} for the ${kind} that opens in line ${String(this.lines.lineOf(offset))}`;
  }

  /** Inserts a separator right after the last token. */
  private insert(text: string, name: string): Fix {
    return { title: `Insert the ${name}`, edits: [{ offset: this.lastEnd, length: 0, text }] };
  }

  private report(code: ProblemCode, span: Span, message: string, fix?: Fix): void {
    this.reported++;
    if (this.reported <= MOST_SYNTAX_PROBLEMS) {
      this.problems.report(code, span, message, fix);
    } else if (!this.hasGivenUp) {
      this.hasGivenUp = true;
      const rest = `more than ${String(MOST_SYNTAX_PROBLEMS)} places are not JSON; the rest is not listed`;
      this.problems.report('too-many-problems', span, rest);
    }
  }
}
