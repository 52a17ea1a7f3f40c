/** What the judge says of claims, for a language model. */

import type { JudgedClaim, Judgment } from '../../core/mistakes/claims';
import { parameterName } from '../../core/notation';
import { verdictsOf, isRight, type PlacedClaimVerdict } from '../grading';
import { remarksOn, sentenceOf } from '../judgedGradients';
import { placesIn } from '../../format/places';
import type { PlacedClaim } from '../../format';
import type { ToolNetwork } from './network';

/** Wrong claims that are listed one by one. */
const MOST_LISTED = 20;

/** Claims with what they have their places in: the network file, or a file of gradients. */
export interface FileJudgment {
  readonly file: string;
  /** Undefined for a binary file. */
  readonly text: string | undefined;
  readonly claims: readonly PlacedClaim[];
  /** Claims that are still null. */
  readonly open: number;
  readonly judgment: Judgment;
}

/**
 * How many are correct, what mistakes explain the wrong ones, and each wrong one with its place. With `hints`, no more than so
 * many kinds of mistakes: no derivative, nor a number that one can be read off.
 */
export function judgedLines(subject: ToolNetwork, judged: FileJudgment, hints: number | undefined): string[] {
  const hinted = hints !== undefined;
  const { judgment, claims, open } = judged;
  const { diagnosis } = judgment;
  const count = (verdict: JudgedClaim['verdict']): number =>
    judgment.claims.filter((claim) => claim.verdict === verdict).length;
  const coarse = count('too-coarse');
  const lines = [
    [
      `claims: ${String(count('correct'))} of ${String(claims.length)} correct`,
      `${String(count('wrong'))} wrong`,
      ...(coarse > 0 ? [`${String(coarse)} too coarse to tell`] : []),
      ...(open > 0 ? [`${String(open)} still null`] : []),
    ].join(', '),
  ];
  const verdicts = verdictsOf(claims, judgment.claims);
  if (!hinted && judgment.claims.length > 1) {
    lines.push(sentenceOf(diagnosis, judgment.claims));
    for (const { right, yours } of diagnosis?.mistakes ?? [])
      if (right) lines.push(`right: ${right}`, `yours: ${yours}`);
  }
  const place = placeNames(judged);
  if (!hinted) lines.push(...listed(subject, verdicts, place));
  const remarks = remarksOn(verdicts, diagnosis, hinted);
  const written = new Set(lines);
  return [
    ...lines,
    ...remarks
      .slice(0, Math.min(MOST_LISTED, hints ?? MOST_LISTED))
      .map(({ claim, message }) => `${place(claim)}${message}`)
      .filter((line) => !written.has(line)),
  ];
}

function listed(
  subject: ToolNetwork,
  verdicts: readonly PlacedClaimVerdict[],
  place: (claim: PlacedClaim) => string,
): string[] {
  const wrong = verdicts.filter(({ judged }) => !isRight(judged));
  const lines = wrong.slice(0, MOST_LISTED).map(({ claim, judged: { parameter, gradient, verdict } }) => {
    const { layer, to, from } = parameter;
    const name = `${String(layer)},${String(to)},${String(from)} ${parameterName(subject.network, parameter)}`;
    return `${place(claim)}${name}: claimed ${claim.text} is ${verdict}, ∂J/∂θ = ${String(gradient)}`;
  });
  if (wrong.length > lines.length) lines.push(`… and ${String(wrong.length - lines.length)} more`);
  return lines;
}

/** `FILE:LINE:COL: `; nothing for a binary file. */
function placeNames({ file, text }: FileJudgment): (claim: PlacedClaim) => string {
  if (text === undefined) return () => '';
  const at = placesIn(text);
  return ({ offset }) => {
    const { line, column } = at(offset);
    return `${file}:${String(line)}:${String(column)}: `;
  };
}
