/** A check that gives no answer away: verdicts and places, and hints where the sheet gives them. */

import type { JudgedAnswer } from '../core/exercise/judge';
import { spanOfQuestion } from '../app/sheet';
import { escapeCommandMessage, escapeCommandProperty } from '../app/classes/escape';
import { parameterName } from '../core/notation';
import { placesIn } from '../format/places';
import type { ClaimPlace, Outcome } from './check';
import { graded, passed } from './checkText';
import { lockedWords } from './lock';

/** One claim, without the value that it should be. */
interface HintedClaim {
  readonly name: string;
  readonly claimed: number;
  readonly verdict: 'correct' | 'wrong' | 'too-coarse';
  /** Of the mistake; null where no hint is given. */
  readonly code: string | null;
  readonly hint: string | null;
  readonly place: ClaimPlace;
}

/** What is printed of a locked sheet, and with `--hints`. */
export function hintedText(outcome: Outcome): string[] {
  const { input, report, lock } = outcome;
  const lines = [
    input.content.network.name,
    ...(lock.hidden.backward ? [lockedWords(lock.answers)] : []),
    `${report.verdict}: ${passed(outcome)}`,
    `against ${report.method}`,
  ];
  const claims = hintedClaims(outcome);
  if (outcome.judgment.claims.length > 0) lines.push('', graded(outcome));
  const values = outcome.values;
  if (values.length > 0) lines.push(valuesLine(values));
  return [
    ...lines,
    ...claims.flatMap((claim) => (claim.verdict === 'correct' ? [] : [`  ${placed(claim.place)}${remark(claim)}`])),
  ];
}

/** `values: 3 of 5 right` */
export function valuesLine(values: readonly JudgedAnswer[]): string {
  const given = values.filter(({ state }) => state !== 'open');
  const right = given.filter(({ state }) => state === 'right').length;
  return `values: ${String(right)} of ${String(given.length)} right`;
}

/** The document of `check` with null in the place of every right value. */
export function hintedDocument(outcome: Outcome): object {
  const { file, report, judgment, transposed, lock } = outcome;
  const [worst] = report.parameters;
  const { diagnosis } = judgment;
  const isHinted = hintsOf(outcome) > 0;
  const claims = hintedClaims(outcome);
  return {
    file,
    ...(lock.hidden.backward && { locked: lockedWords(lock.answers) }),
    verdict: report.verdict,
    method: report.method,
    parametersChecked: report.parameters.length,
    worst: worst && { ...worst.parameter, relativeError: worst.relativeError },
    parameters: [],
    claims: judgment.claims.map(({ parameter, claimed }, n) => {
      const { verdict, code, hint, place } = claims[n] ?? UNJUDGED;
      return {
        ...parameter,
        claimed,
        gradient: null,
        line: place.line,
        column: place.column,
        verdict,
        diagnosis: code === null ? null : { code, message: hint ?? code, detail: {} },
        hint,
      };
    }),
    ...(outcome.values.length > 0 && { values: valueDocuments(outcome, false) }),
    diagnosis: diagnosis && {
      wrong: diagnosis.wrong,
      explained: isHinted ? diagnosis.explained : 0,
      mistakes: isHinted
        ? diagnosis.mistakes.map(({ code, layers, part, explains, hint }) => ({
            code,
            layers,
            part,
            explains,
            message: hint,
          }))
        : [],
      blocks: diagnosis.blocks,
      place: isHinted ? diagnosis.place : null,
    },
    arithmetic: judgment.claims.length > 0 ? judgment.arithmetic : undefined,
    transposed: transposed.length > 0 ? transposed : undefined,
  };
}

const UNJUDGED: HintedClaim = { name: '', claimed: NaN, verdict: 'wrong', code: null, hint: null, place: { file: '' } };

/** The answers to what is no ∂J/∂θ; with `reveal`, the right value and the mistake in full. */
export function valueDocuments(outcome: Outcome, reveal: boolean): object[] {
  const allowed = hintsOf(outcome);
  let used = 0;
  return outcome.values.flatMap((answer) => {
    if (answer.state === 'open') return [];
    const { line, column } = placeOfAnswer(outcome, answer);
    const hint = answer.hint !== null && used++ < allowed ? answer.hint : null;
    const { question, name, given, exact, message } = answer;
    const verdict = verdictOf(answer);
    const common = { name, ...question, claimed: given?.value, line, column, verdict };
    return [reveal ? { ...common, value: exact, message, hint: answer.hint } : { ...common, value: null, hint }];
  });
}

/** Annotations of GitHub Actions: one for each claim that is not right. Their logs may be public, and so they hold no value. */
export function githubLines(outcome: Outcome): string[] {
  return hintedClaims(outcome).flatMap((claim) => {
    if (claim.verdict === 'correct') return [];
    const { file, line, column } = claim.place;
    const place = line === undefined ? '' : `,line=${String(line)},col=${String(column)}`;
    const properties = `file=${escapeCommandProperty(file)}${place},title=${escapeCommandProperty(claim.name)}`;
    return [
      `::${claim.verdict === 'wrong' ? 'error' : 'warning'} ${properties}::${escapeCommandMessage(remark(claim))}`,
    ];
  });
}

/** Of ∂J/∂θ in the order of the judgment, and then of the other values. */
function hintedClaims(outcome: Outcome): HintedClaim[] {
  const { input, judgment, places } = outcome;
  const allowed = hintsOf(outcome);
  let used = 0;
  const hinted = (hint: string | null): string | null => (hint !== null && used++ < allowed ? hint : null);
  const gradients = judgment.claims.map(({ parameter, claimed, verdict, diagnosis, hint }, n): HintedClaim => {
    const shown = hinted(hint);
    return {
      name: `∂J/∂${parameterName(input.content.network, parameter)}`,
      claimed,
      verdict,
      code: shown === null ? null : (diagnosis?.code ?? null),
      hint: shown,
      place: places[n] ?? { file: outcome.file },
    };
  });
  const values = outcome.values.flatMap((answer): HintedClaim[] => {
    if (!answer.given) return [];
    const hint = hinted(answer.hint);
    const code = hint === null ? null : (answer.mistakes[0]?.code ?? null);
    const place = { file: outcome.file, ...placeOfAnswer(outcome, answer) };
    return [{ name: answer.name, claimed: answer.given.value, verdict: verdictOf(answer), code, hint, place }];
  });
  return [...gradients, ...values];
}

function placeOfAnswer(
  { input }: Outcome,
  { question }: JudgedAnswer,
): { readonly line?: number; readonly column?: number } {
  const span = spanOfQuestion(input.content, question);
  return span ? placesIn(input.text)(span.offset) : {};
}

function verdictOf({ state }: JudgedAnswer): HintedClaim['verdict'] {
  return state === 'right' ? 'correct' : state === 'tooCoarse' ? 'too-coarse' : 'wrong';
}

/** How many hints the sheet gives. */
function hintsOf({ input }: Outcome): number {
  const { hints } = input.content.exercise ?? { hints: true };
  return typeof hints === 'number' ? hints : hints ? Infinity : 0;
}

function remark({ hint, name, verdict }: HintedClaim): string {
  return hint ?? `${name} is ${verdict === 'too-coarse' ? 'too coarse to tell: write one more digit' : 'wrong'}`;
}

function placed({ file, line, column }: ClaimPlace): string {
  return line === undefined ? '' : `${file}:${String(line)}:${String(column)}: `;
}
