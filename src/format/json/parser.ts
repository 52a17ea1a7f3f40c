/**
 * Text → JSON tree, strictly by RFC 8259 (a byte order mark at the very start is tolerated), with every problem at its
 * place. The parser goes on after a problem as a reader would, up to a hundred of them.
 */

import { runToEnd, type Pausing } from '../../core/check/steps';
import { quote } from './index';
import type { JsonDocument } from './index';
import { BRACKETS, closeAll, closingOf, isTypo } from './brackets';
import { PIECE, addNumbers, addRows } from './numberRuns';
import {
  Lines,
  NumberReader,
  codeAt,
  commentEnd,
  escapedStringEnd,
  faultyString,
  isDelimiter,
  plainStringEnd,
  spaceEnd,
} from './scan';
import type { StringFault } from './scan';
import { DEEPEST, MOST_CLOSED, TapeWriter } from './tapeWriter';
import type { ContainerKind, ScalarKind } from './tapeWriter';
import { endOfWord, judgeWord, thousands, unquoted } from './words';
import type { Fix, ProblemCode, Problems, Span } from '../problems';

const STRING_FAULTS: Readonly<Record<StringFault, string>> = {
  end: 'found a string without its closing quote',
  unicode: 'found \\u without four hexadecimal digits',
  escape: 'found a backslash before a character that JSON does not escape; a backslash itself is \\\\',
  control: 'found a control character in a string, expected its escape (\\t, \\u0007, …)',
};

/** After so many syntax problems (random bytes would fill the list) the rest of the text is not read. */
const MOST_SYNTAX_PROBLEMS = 100;

/** Parses `text`; syntax problems and duplicate keys go to `problems`. Never throws. */
export function parseJson(text: string, problems: Problems): JsonDocument {
  return runToEnd(parsingJson(text, problems));
}

/** The same in steps of some 100,000 characters; longer ones are a single string, comment or stretch of white space. */
export function parsingJson(text: string, problems: Problems): Pausing<JsonDocument> {
  return new Parser(text, problems).parsing();
}

class Parser {
  private readonly tape: TapeWriter;
  private readonly lines: Lines;
  private readonly number: NumberReader;
  private reported = 0;
  /** The rest of the text is not read. */
  private hasGivenUp = false;
  /** A string without its end has swallowed what follows: brackets that lack prove nothing. */
  private isCutOff = false;
  /** Where the last value ends that stands behind another without a comma. */
  private commaLacksBefore = -1;
  private lastComma = 0;
  /** Where the token under way begins, and where the last one ends. */
  private start = 0;
  private lastEnd = 0;

  constructor(
    private readonly text: string,
    private readonly problems: Problems,
  ) {
    this.tape = new TapeWriter(text);
    this.lines = new Lines(text);
    this.number = new NumberReader(text);
  }

  *parsing(): Pausing<JsonDocument> {
    const { tape, text } = this;
    let end = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    let pauseAt = PIECE;
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
      if (end < pauseAt) continue;
      pauseAt = end + PIECE;
      yield;
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
    if (kind === 'array' && this.tape.inArray && this.tape.expects !== 'separator') {
      const end = addRows(this.tape, this.number, start);
      if (end > start) return end;
    }
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
      const faulty = faultyString(this.text, start);
      end = faulty.end;
      kind = 'faulty';
      this.report('invalid-string', { offset: start, length: end - start }, STRING_FAULTS[faulty.fault]);
      if (faulty.fault === 'end') {
        this.isCutOff = true;
        if (!this.wantsKey) kind = 'invalid';
      }
    }
    if (this.wantsKey) return this.takeKey(kind, start, end);
    this.value(kind, start, end);
    return end;
  }

  private takeComment(start: number): number {
    const end = commentEnd(this.text, start);
    if (end < 0) return this.takeUnknown(start);
    this.report('comment', { offset: start, length: end - start }, 'found a comment, which JSON does not have');
    return end;
  }

  /** A number, a constant, or something that is neither. */
  private takeWord(start: number): number {
    const { text } = this;
    const end = this.number.read(start);
    if (end > start && isDelimiter(text, end)) {
      this.beforeValue(start, end);
      return addNumbers(this.tape, this.number, start, end);
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
      // After a value whose comma lacks it is the same typo.
      if (this.lastEnd !== this.commaLacksBefore) {
        this.report('invalid-literal', span, `found ${quote(word)} after a value, expected a comma or ]`, fix);
      }
      tape.breakInnermost();
      return end;
    }
    // The end of `(1, 2)` is the same typo as its start.
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
    const { expects } = this.tape;
    if (expects === undefined || expects === 'value' || (expects !== 'separator' && !this.tape.inObject)) return;
    const span = { offset: start, length: end - start };
    const isString = this.text[start] === '"';
    const found = `found ${quote(isString ? this.text.slice(start + 1, end - 1) : this.text.slice(start, end))}`;
    if (expects === 'separator') {
      this.report('missing-comma', span, `${found}, expected a comma before it`, this.insert(',', 'comma'));
      this.commaLacksBefore = end;
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

  /** Takes a key with its colon. */
  private takeKey(kind: ScalarKind, start: number, end: number): number {
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
    const colon = spaceEnd(this.text, end);
    if (codeAt(this.text, colon) !== 0x3a) return end;
    this.tape.expects = 'value';
    return colon + 1;
  }

  private takeComma(start: number): void {
    const { tape } = this;
    this.lastComma = start;
    if (tape.expects === 'separator') {
      tape.expects = 'next';
      return;
    }
    const span = { offset: start, length: 1 };
    if (tape.inObject && (tape.expects === 'colon' || tape.expects === 'value')) {
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
    if (!tape.isOpen(kind) && !isTypo(tape, kind, start)) {
      this.report('unexpected-token', span, `found an unmatched ${BRACKETS[kind]}`);
      return;
    }
    if (tape.inObject !== (kind === 'object')) {
      const message = `found a ${BRACKETS[kind]}, expected ${closingOf(tape, this.lines)}`;
      const own = BRACKETS[tape.inObject ? 'object' : 'array'];
      if (isTypo(tape, kind, start)) {
        this.report('unexpected-token', span, message, { title: `Write ${own}`, edits: [{ ...span, text: own }] });
        this.closeInnermost(start + 1, true);
        return;
      }
      this.report('unexpected-token', span, message);
      for (let left = MOST_CLOSED; left > 0 && tape.inObject !== (kind === 'object'); left--) {
        this.closeInnermost(start, false);
      }
      if (tape.inObject !== (kind === 'object')) return;
    }
    this.beforeClose(kind, span);
    this.closeInnermost(start + 1, true);
  }

  private beforeClose(kind: ContainerKind, span: Span): void {
    const { expects } = this.tape;
    if (expects === 'next') {
      const comma = { offset: this.lastComma, length: 1 };
      const fix: Fix = { title: 'Remove the comma', edits: [{ ...comma, text: '' }] };
      this.report('trailing-comma', comma, `found a comma before the end of the ${kind}, expected none`, fix);
    } else if (expects === 'colon' || expects === 'value') {
      this.report('missing-value', span, 'found the end of the object, expected the value of the key before it');
    }
  }

  private closeInnermost(end: number, whole: boolean): void {
    const { tape } = this;
    if (tape.inObject && tape.count > 1) {
      for (const key of tape.duplicates()) {
        if (this.hasGivenUp) break;
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
      const message = `found the end of the text, expected ${closingOf(this.tape, this.lines)}${more}`;
      this.report('unclosed', at, message, closeAll(this.tape, at));
    }
    while (tape.depth > 0) this.closeInnermost(lastEnd, false);
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
