/**
 * Problems told so that one typo is one problem, and that obeying what is offered leaves fewer. Found out by
 * trying: in a text that is not JSON, each edit of one token near its first problem; of each fix, what the text has
 * after it.
 */

import { quote } from './json';
import { isDelimiter } from './json/scan';
import { isJson } from './json/validity';
import type { Fix, Problem, ProblemCode, Span, TextEdit } from './problems';

/** Of a longer text the problems are told as they are. */
const LONGEST = 2 ** 15;
/** Characters on either side of the first problem in which the typo is looked for. */
const NEAR = 24;
/** Brackets that are open there, the innermost ones, which may be what is too much. */
const MOST_OPENERS = 3;
/** Edits that make the text JSON are compared by what is then still wrong with the file, the nearest ones. */
const MOST_FIXES = 16;
/** Problems whose fix is tried; where there are more, the file is broken in one way many times. */
const MOST_TRIED = 12;

const SYNTAX: readonly ProblemCode[] = [
  ...(['unexpected-token', 'missing-comma', 'trailing-comma', 'missing-colon', 'missing-value'] as const),
  ...(['invalid-literal', 'invalid-string', 'unclosed'] as const),
];

const STRUCTURE = ['{', '}', '[', ']', ',', ':', '"'];
const NAMES: Readonly<Record<string, string>> = { ',': 'a comma', ':': 'a colon', '"': 'a double quote' };
const CODES: Readonly<Record<string, ProblemCode>> = {
  ',': 'missing-comma',
  ':': 'missing-colon',
  '"': 'invalid-string',
};

/** The problems of `text` told anew; `read` finds those of any text. */
export function retold(
  text: string,
  problems: readonly Problem[],
  read: (text: string) => readonly Problem[],
): readonly Problem[] {
  if (text.length > LONGEST || problems.length === 0) return problems;
  const typo = problems.length > 1 ? findTypo(text, problems, read) : undefined;
  if (!typo) return helpful(text, problems, read);
  const [edit] = typo.problem.fix.edits;
  const rest = helpful(typo.fixed, typo.rest, read).map((problem) => movedBack(problem, edit));
  return [typo.problem, ...rest];
}

interface Typo {
  readonly problem: Problem & { readonly fix: Fix & { readonly edits: readonly [TextEdit] } };
  readonly fixed: string;
  /** What is wrong with the fixed text. */
  readonly rest: readonly Problem[];
}

/** The one edit that makes the text JSON; of several, one after which the file has the fewest problems, nearest to the first. */
function findTypo(
  text: string,
  problems: readonly Problem[],
  read: (text: string) => readonly Problem[],
): Typo | undefined {
  const first = problems.find(({ code }) => SYNTAX.includes(code));
  if (!first || problems.some(({ code }) => code === 'comment')) return undefined;
  const isFixedBy = jsonFrom(text, first.offset);
  const found: TextEdit[] = [];
  for (const { fix } of problems) for (const edit of fix?.edits ?? []) if (isFixedBy(edit)) found.push(edit);
  for (const edit of nearby(text, first.offset)) if (isFixedBy(edit)) found.push(edit);
  const distance = ({ offset, length }: Span): number => Math.abs(offset + length / 2 - first.offset);
  found.sort((a, b) => distance(a) - distance(b));
  let best: Typo | undefined;
  for (const edit of found.slice(0, MOST_FIXES)) {
    const fixed = applied(text, [edit]);
    const rest = read(fixed);
    if (rest.length + 1 > problems.length || (best && best.rest.length <= rest.length)) continue;
    best = { problem: problemOf(text, edit, problems), fixed, rest };
    if (rest.length === 0) break;
  }
  return best;
}

/** What the parser says of the edit, or what the edit itself says. */
function problemOf(text: string, edit: TextEdit, problems: readonly Problem[]): Typo['problem'] {
  for (const { fix, ...problem } of problems) {
    const [own] = fix?.edits ?? [];
    if (fix?.edits.length !== 1 || own?.offset !== edit.offset || own.length !== edit.length || own.text !== edit.text)
      continue;
    return { ...problem, fix: { title: fix.title, edits: [edit] } };
  }
  const old = text.slice(edit.offset, edit.offset + edit.length);
  if (edit.length === 0) {
    const next = tokenAt(text, edit.offset);
    const found = next.length === 0 ? 'the end of the text' : shown(text.slice(next.offset, next.offset + next.length));
    const code = CODES[edit.text] ?? 'unexpected-token';
    const name = nameOf(edit.text);
    return told(code, next, `found ${found}, expected ${name} before it`, `Insert ${name}`, edit);
  }
  const span = { offset: edit.offset, length: edit.length };
  if (edit.text === '') {
    return told(
      'unexpected-token',
      span,
      `found ${shown(old)}, which does not belong there`,
      `Remove ${shown(old)}`,
      edit,
    );
  }
  return told(
    'unexpected-token',
    span,
    `found ${shown(old)}, expected ${nameOf(edit.text)}`,
    `Write ${edit.text}`,
    edit,
  );
}

function told(
  code: ProblemCode,
  { offset, length }: Span,
  message: string,
  title: string,
  edit: TextEdit,
): Typo['problem'] {
  return { code, severity: 'error', message, offset, length, fix: { title, edits: [edit] } };
}

function shown(token: string): string {
  return STRUCTURE.includes(token) ? nameOf(token) : quote(token);
}

function nameOf(character: string): string {
  return NAMES[character] ?? `a ${character}`;
}

/** Each edit of one token near a place: the token left out, another in its stead, or one more. */
function* nearby(text: string, place: number): Generator<TextEdit, void> {
  const [from, to] = [Math.max(0, place - NEAR), Math.min(text.length, place + NEAR)];
  const tokens = [
    ...openersBefore(text, place)
      .slice(-MOST_OPENERS)
      .map((offset) => ({ offset, length: 1 })),
    ...tokensIn(text, from, to),
  ];
  for (const { offset, length } of tokens) {
    yield { offset, length, text: '' };
    for (const character of STRUCTURE) yield { offset, length, text: character };
  }
  const ends = new Set([text.length, ...tokens.flatMap(({ offset, length }) => [offset, offset + length])]);
  for (const offset of ends) for (const text of STRUCTURE) yield { offset, length: 0, text };
}

/** Characters of the structure and words between two places, whatever is a string. */
function tokensIn(text: string, from: number, to: number): Span[] {
  const tokens: Span[] = [];
  for (let at = from; at < to;) {
    const token = tokenAt(text, at);
    if (token.length === 0 || token.offset >= to) break;
    tokens.push(token);
    at = token.offset + token.length;
  }
  return tokens;
}

/** The first character of the structure, or word, from a place on. */
function tokenAt(text: string, place: number): Span {
  let offset = place;
  while (offset < text.length && /\s/.test(text.charAt(offset))) offset++;
  if (offset >= text.length) return { offset, length: 0 };
  let end = offset + 1;
  if (!STRUCTURE.includes(text.charAt(offset))) while (!isDelimiter(text, end)) end++;
  return { offset, length: end - offset };
}

/** Where the brackets stand that are open at a place, outermost first. */
function openersBefore(text: string, place: number): number[] {
  const open: number[] = [];
  let isInString = false;
  for (let at = 0; at < place; at++) {
    const character = text.charAt(at);
    if (character === '\\') at++;
    else if (character === '"') isInString = !isInString;
    else if (character === '\n') isInString = false;
    else if (isInString) continue;
    else if (character === '{' || character === '[') open.push(at);
    else if (character === '}' || character === ']') open.pop();
  }
  return open;
}

/** The problems without fixes after which as much of the text is not JSON. */
function helpful(
  text: string,
  problems: readonly Problem[],
  read: (text: string) => readonly Problem[],
): readonly Problem[] {
  let left = MOST_TRIED;
  const typos = typosIn(problems);
  return problems.map((problem) => {
    const { fix, ...bare } = problem;
    // What is offered beside is a step on the way, as a name that needs another change, too.
    if (!fix || !SYNTAX.includes(problem.code)) return problem;
    if (left-- <= 0) return problem;
    const after = read(applied(text, fix.edits));
    // Brackets that lack at the end hide what the file lacks, too.
    const isFewer = problem.code === 'unclosed' ? typosIn(after) < typos : after.length < problems.length;
    return isFewer ? problem : bare;
  });
}

function typosIn(problems: readonly Problem[]): number {
  return problems.filter(({ code }) => SYNTAX.includes(code)).length;
}

/** A problem of the fixed text at its place in the text before `edit`. */
function movedBack({ fix, ...problem }: Problem, edit: TextEdit): Problem {
  const back = (span: Span): Span => {
    const offset = placeBefore(span.offset, edit);
    return { offset, length: Math.max(0, placeBefore(span.offset + span.length, edit) - offset) };
  };
  const edits = fix?.edits.map((one) => ({ ...one, ...back(one) })) ?? [];
  return { ...problem, ...back(problem), ...(fix && { fix: { ...fix, edits } }) };
}

function placeBefore(offset: number, { offset: at, length, text }: TextEdit): number {
  return offset <= at ? offset : Math.max(at, offset - text.length + length);
}

function applied(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .sort((a, b) => b.offset - a.offset)
    .reduce((all, edit) => all.slice(0, edit.offset) + edit.text + all.slice(edit.offset + edit.length), text);
}

/**
 * Whether the text is JSON after an edit. Of what stands before a bracket that is open at `place`, only the brackets around
 * it are read again: each of the many edits takes no longer for it.
 */
function jsonFrom(text: string, place: number): (edit: TextEdit) => boolean {
  const open = openersBefore(text, place);
  const cut = open.filter((at) => at <= place - NEAR).at(-1) ?? (text.startsWith('\ufeff') ? 1 : 0);
  const around = open.filter((at) => at < cut).map((at) => (text[at] === '{' ? '{"":' : '['));
  const before = around.join('');
  return ({ offset, length, text: written }) => {
    if (offset < cut) return isJson(applied(text, [{ offset, length, text: written }]));
    return isJson(before + text.slice(cut, offset) + written + text.slice(offset + length));
  };
}
