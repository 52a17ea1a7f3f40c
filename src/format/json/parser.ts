/**
 * Text → JSON tree, strictly by RFC 8259 (a byte order mark at the very start is tolerated), with every problem at its
 * place. Tokens come from jsonc-parser's scanner; the grammar is a loop over the builder's stack that goes on after a
 * problem as a reader would.
 */

import { createScanner } from 'jsonc-parser';
import { describe, quote } from './index';
import type { JsonDocument, JsonNode, StringNode } from './index';
import { TreeBuilder } from './builder';
import type { OpenObject } from './builder';
import { endOfWord, judgeWord } from './words';
import type { Fix, ProblemCode, Problems, Span } from '../problems';

/** jsonc-parser's SyntaxKind, an ambient const enum, which isolated modules cannot read. */
const TOKEN = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  colon: 6,
  null: 7,
  true: 8,
  string: 10,
  number: 11,
  lineComment: 12,
  blockComment: 13,
  lineBreak: 14,
  space: 15,
  unknown: 16,
  end: 17,
} as const;

/** By its ScanError. */
const STRING_ERRORS: Readonly<Record<number, string>> = {
  2: 'found a string without its closing quote',
  4: 'found \\u without four hexadecimal digits',
  5: 'found a backslash before a character that JSON does not escape; a backslash itself is \\\\',
  6: 'found a control character in a string, expected its escape (\\t, \\u0007, …)',
};

const BRACKETS = { object: '}', array: ']' } as const;

/** Random bytes would fill the list; after so many syntax problems the rest is only noise. */
const MOST_SYNTAX_PROBLEMS = 100;

/** Parses `text`; syntax problems and duplicate keys go to `problems`. Never throws. */
export function parseJson(text: string, problems: Problems): JsonDocument {
  return new Parser(text, problems).parse();
}

class Parser {
  private readonly scanner;
  private readonly tree = new TreeBuilder();
  private reported = 0;
  private lastComma: Span = { offset: 0, length: 0 };
  /** End of the last token. */
  private lastEnd = 0;

  constructor(
    private readonly text: string,
    private readonly problems: Problems,
  ) {
    this.scanner = createScanner(text);
  }

  parse(): JsonDocument {
    const { scanner, tree } = this;
    if (this.text.charCodeAt(0) === 0xfeff) scanner.setPosition(1);
    for (;;) {
      const token: number = scanner.scan();
      if (token === TOKEN.space || token === TOKEN.lineBreak) continue;
      if (token === TOKEN.end) break;
      if (tree.root && tree.depth === 0) {
        this.afterTheEnd();
        break;
      }
      this.take(token);
      this.lastEnd = Math.min(scanner.getPosition(), this.text.length);
    }
    this.end();
    return { root: tree.root, numbers: tree.numbers };
  }

  private take(token: number): void {
    switch (token) {
      case TOKEN.openBrace:
        this.beforeValue(this.span());
        this.tree.openObject(this.span().offset);
        break;
      case TOKEN.openBracket:
        this.beforeValue(this.span());
        this.tree.openArray(this.span().offset);
        break;
      case TOKEN.closeBrace:
        this.close('object');
        break;
      case TOKEN.closeBracket:
        this.close('array');
        break;
      case TOKEN.comma:
        this.takeComma();
        break;
      case TOKEN.colon:
        this.takeColon();
        break;
      case TOKEN.string:
        this.takeString();
        break;
      case TOKEN.lineComment:
      case TOKEN.blockComment:
        this.report('comment', this.span(), 'found a comment, which JSON does not have');
        break;
      default:
        this.takeWord(token);
    }
  }

  // ── Values ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  private takeString(): void {
    const span = this.span();
    const node: StringNode = { kind: 'string', value: this.scanner.getTokenValue(), ...span };
    const error: number = this.scanner.getTokenError();
    if (error !== 0) this.report('invalid-string', span, STRING_ERRORS[error] ?? 'found a string that is not JSON');
    const object = this.objectThatWantsKey();
    if (object) this.takeKey(object, node);
    else this.value(node);
  }

  /** A number, a constant, or something that is neither. */
  private takeWord(token: number): void {
    const { scanner } = this;
    const { offset } = this.span();
    const end = endOfWord(this.text, offset, scanner.getPosition());
    const span = { offset, length: end - offset };
    const error: number = scanner.getTokenError();
    const sound = end === scanner.getPosition() && error === 0;
    if (sound && token === TOKEN.number) {
      this.beforeValue(span);
      this.tree.addNumber(Number(scanner.getTokenValue()), offset, end);
    } else if (sound && token !== TOKEN.unknown) {
      this.value({ kind: 'literal', value: token === TOKEN.null ? null : token === TOKEN.true, ...span });
    } else {
      scanner.setPosition(end);
      this.takeUnknown(span);
    }
  }

  private takeUnknown(span: Span): void {
    const word = this.text.slice(span.offset, span.offset + span.length);
    const object = this.objectThatWantsKey();
    if (object) {
      const key = word.replace(/^'(.*)'$/, '$1');
      const fix = { title: 'Put the key in double quotes', edits: [{ ...span, text: JSON.stringify(key) }] };
      this.report('invalid-literal', span, `found ${quote(word)}, expected a key in double quotes`, fix);
      object.key = { kind: 'string', value: key, ...span };
      object.expects = 'colon';
      return;
    }
    const { message, fix } = judgeWord(word, span);
    this.report('invalid-literal', span, message, fix);
    // One report is enough: a comma that may lack before the word is not another.
    this.tree.attach({ kind: 'invalid', ...span });
  }

  private value(node: JsonNode): void {
    this.beforeValue(node, node);
    this.tree.attach(node);
  }

  /** Reports where no value may stand. `node` is the value at `span` where it is already complete. */
  private beforeValue(span: Span, node?: JsonNode): void {
    const { top } = this.tree;
    if (!top || top.expects === 'value') return;
    if (top.kind === 'array' && top.expects !== 'separator') return;
    const found = node ? describe(node) : quote(this.text.charAt(span.offset));
    if (top.expects === 'separator') {
      this.report('missing-comma', span, `found ${found}, expected a comma before it`, this.insert(',', 'comma'));
    } else if (top.expects === 'colon') {
      this.report('missing-colon', span, `found ${found}, expected a colon before it`, this.insert(':', 'colon'));
    } else {
      this.report('unexpected-token', span, `found ${found}, expected a key in double quotes`);
    }
  }

  // ── Keys and separators ────────────────────────────────────────────────────────────────────────────────────────────

  private objectThatWantsKey(): OpenObject | undefined {
    const { top } = this.tree;
    return top?.kind === 'object' && top.expects !== 'value' && top.expects !== 'colon' ? top : undefined;
  }

  private takeKey(object: OpenObject, key: StringNode): void {
    const found = quote(key.value);
    if (object.expects === 'separator') {
      this.report(
        'missing-comma',
        key,
        `found the key ${found}, expected a comma before it`,
        this.insert(',', 'comma'),
      );
    }
    if (object.members.has(key.value)) {
      this.report('duplicate-key', key, `found the key ${found} twice in one object, expected it once`);
    }
    object.key = key;
    object.expects = 'colon';
  }

  private takeComma(): void {
    const { top } = this.tree;
    const span = this.span();
    this.lastComma = span;
    if (top?.expects === 'separator') {
      top.expects = 'next';
    } else if (top?.kind === 'object' && (top.expects === 'colon' || top.expects === 'value')) {
      this.report('missing-value', span, 'found a comma, expected the value of the key before it');
      top.key = undefined;
      top.expects = 'next';
    } else {
      this.report('unexpected-token', span, 'found a comma, expected a value before it');
    }
  }

  private takeColon(): void {
    const { top } = this.tree;
    if (top?.expects === 'colon') top.expects = 'value';
    else this.report('unexpected-token', this.span(), 'found a colon that follows no key');
  }

  private close(kind: 'array' | 'object'): void {
    const { tree } = this;
    const span = this.span();
    if (!tree.isOpen(kind)) {
      this.report('unexpected-token', span, `found a ${BRACKETS[kind]} that closes nothing`);
      return;
    }
    const inner = tree.top;
    if (inner && inner.kind !== kind) {
      const message = `found a ${BRACKETS[kind]}, expected ${this.closing(inner.kind, inner.offset)}`;
      this.report('unexpected-token', span, message);
      while (tree.top?.kind !== kind) tree.close(span.offset, false);
    }
    this.beforeClose(span);
    tree.close(span.offset + 1, true);
  }

  private beforeClose(span: Span): void {
    const { top } = this.tree;
    if (top?.expects === 'next') {
      const fix: Fix = { title: 'Remove the comma', edits: [{ ...this.lastComma, text: '' }] };
      this.report(
        'trailing-comma',
        this.lastComma,
        `found a comma before the end of the ${top.kind}, expected none`,
        fix,
      );
    } else if (top?.expects === 'colon' || top?.expects === 'value') {
      this.report('missing-value', span, 'found the end of the object, expected the value of the key before it');
    }
  }

  // ── Ends ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  private afterTheEnd(): void {
    const { offset } = this.span();
    const { length } = this.text.slice(offset).trimEnd();
    this.report('unexpected-token', { offset, length }, 'found more text after the end of the value, expected nothing');
  }

  private end(): void {
    const { tree, lastEnd } = this;
    const { top } = tree;
    const at = { offset: lastEnd, length: 0 };
    if (!top) {
      if (!tree.root && this.reported === 0) {
        this.report('empty-file', at, 'found no text, expected a network: { "layers": [ … ] }');
      }
      return;
    }
    const more = tree.depth > 1 ? ` (${String(tree.depth)} brackets are open)` : '';
    const message = `found the end of the text, expected ${this.closing(top.kind, top.offset)}${more}`;
    this.report('unclosed', at, message, this.closeAll(at));
    while (tree.depth > 0) tree.close(lastEnd, false);
  }

  /** The brackets that lack, where nothing but brackets does. */
  private closeAll(at: Span): Fix | undefined {
    const { top, depth } = this.tree;
    if (depth > 8 || (top?.expects !== 'separator' && top?.expects !== 'first')) return undefined;
    const text = this.tree
      .openKinds()
      .map((kind) => BRACKETS[kind])
      .join('');
    return { title: `Add ${text}`, edits: [{ ...at, text }] };
  }

  private closing(kind: 'array' | 'object', offset: number): string {
    let line = 1;
    // Counting lines for each problem that is not shown would be quadratic.
    const shown = this.reported < MOST_SYNTAX_PROBLEMS;
    const { text } = this;
    for (let at = text.indexOf('\n'); shown && at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
    return `a ${BRACKETS[kind]} for the ${kind} that opens in line ${String(line)}`;
  }

  /** Inserts a separator right after the last token. */
  private insert(text: string, name: string): Fix {
    return { title: `Insert the ${name}`, edits: [{ offset: this.lastEnd, length: 0, text }] };
  }

  /** The token's place; of a comment that is not closed, the scanner goes one past the end of the text. */
  private span(): Span {
    const offset = this.scanner.getTokenOffset();
    return { offset, length: Math.min(this.scanner.getTokenLength(), this.text.length - offset) };
  }

  private report(code: ProblemCode, span: Span, message: string, fix?: Fix): void {
    this.reported++;
    if (this.reported <= MOST_SYNTAX_PROBLEMS) {
      this.problems.report(code, span, message, fix);
    } else if (this.reported === MOST_SYNTAX_PROBLEMS + 1) {
      const rest = `more than ${String(MOST_SYNTAX_PROBLEMS)} places are not JSON: those from here on are not listed`;
      this.problems.report('too-many-problems', span, rest);
    }
  }
}
