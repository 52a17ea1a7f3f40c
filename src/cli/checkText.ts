/** A gradient check for people. */

import type { ParameterCheck } from '../core/check';
import type { Network } from '../core/network';
import { formatNumber, parameterName, superscript } from '../core/notation';
import type { Diagnosis, JudgedClaim } from '../core/mistakes/claims';
import { asSentence, firstWrong, othersInWords, placeInWords, togetherInWords } from '../core/mistakes/phrases';
import type { ClaimPlace, Outcome } from './check';
import { valuesLine } from './checkHints';
import { alignRight } from '../app/table';

/** Parameters that a terminal can show. */
const MOST = 20;
const DIGITS = 6;

/** Claims that are listed one by one. */
const MOST_CLAIMS = 12;

/**
 * What is wrong with the claims as a whole, the summary of the check, the parameters that did not pass (or the worst of
 * those that did), the claims that nothing explains: line by line.
 */
export function checkText(outcome: Outcome): string[] {
  const { input, report, judgment } = outcome;
  const { claims, diagnosis } = judgment;
  const { network } = input.content;
  const doubtful = report.parameters.filter(({ verdict }) => verdict !== 'pass');
  const shown = (doubtful.length > 0 ? doubtful : report.parameters).slice(0, MOST);
  const lines = [
    ...(diagnosis ? [...diagnosed(diagnosis), ''] : []),
    network.name,
    `${report.verdict}: ${passed(outcome)}`,
    `against ${report.method}`,
    '',
    ...table(network, shown),
  ];
  const left = (doubtful.length > 0 ? doubtful : report.parameters).length - shown.length;
  if (left > 0)
    lines.push(`  … and ${String(left)} more${doubtful.length > 0 ? '' : ' that pass'}; --json lists them all`);
  if (doubtful.length > 0) {
    lines.push('', ...shown.map(({ parameter, reason }) => `${parameterName(network, parameter)}: ${reason}`));
  }
  if (claims.length > 0) lines.push('', graded(outcome), ...listed(outcome));
  const given = outcome.values.filter(({ state }) => state !== 'open');
  if (given.length > 0)
    lines.push('', valuesLine(given), ...given.flatMap(({ message }) => (message ? [`  ${message}`] : [])));
  return lines;
}

/** `a.nn.json: pass, 8 of 8 derivatives agree; claims: 3 of 4 right: 0.118 is …` */
export function checkLine(outcome: Outcome): string {
  const { file, report, judgment } = outcome;
  const { claims, diagnosis } = judgment;
  const found = diagnosis?.mistakes.map(({ message }) => message) ?? [];
  const single = remarks(outcome).map(({ text }) => text);
  // Of one wrong claim more is known by itself.
  const wrong = single.length === 0 || (diagnosis?.wrong !== 1 && found.length > 0) ? found : single;
  const parts = [`${report.verdict}, ${passed(outcome)}`];
  if (claims.length > 0) parts.push([graded(outcome), ...wrong].join('; '));
  return `${file}: ${parts.join('; ')}`;
}

export function passed({ input, report }: Outcome): string {
  const { parameters } = report;
  const count = parameters.filter(({ verdict }) => verdict === 'pass').length;
  const [worst] = parameters;
  const error = worst
    ? `; worst ${parameterName(input.content.network, worst.parameter)}, relative error ${formatNumber(worst.relativeError, 2)}`
    : '';
  return `${String(count)} of ${String(parameters.length)} derivatives agree${error}`;
}

export function graded({ judgment: { claims, arithmetic }, transposed }: Outcome): string {
  const count = (wanted: JudgedClaim['verdict']): number => claims.filter(({ verdict }) => verdict === wanted).length;
  const coarse = count('too-coarse');
  const layers = transposed.map((l) => `θ${superscript(`(${String(l)})`)}`).join(', ');
  return [
    `claims: ${String(count('correct'))} of ${String(claims.length)} right`,
    ...(coarse > 0 ? [`${String(coarse)} too coarse to tell`] : []),
    ...(arithmetic === 'hand' ? [] : [`computed in ${arithmetic}`]),
    ...(layers ? [`transposed in the file, and read as such: ${layers}`] : []),
  ].join('; ');
}

/** The sentence, the formulas, the blocks. */
function diagnosed(diagnosis: Diagnosis): string[] {
  const { mistakes, wrong, explained, but, blocks } = diagnosis;
  const lines: string[] = [];
  for (const { message, right, yours, lines: code, or } of mistakes) {
    lines.push(asSentence(message));
    if (right) {
      lines.push(`  right: ${right}`, `  yours: ${yours}`);
      lines.push(`  NumPy: ${code.numpy.right}`, `  yours: ${code.numpy.yours}`);
    }
    if (or.length > 0) lines.push(`  the same numbers also come from: ${othersInWords({ or })}`);
  }
  if (mistakes.length === 0) {
    lines.push('no known mistake explains the wrong claims together');
  } else {
    const rest = but === undefined ? '' : `, all but ${but}`;
    lines.push(`this explains ${String(explained)} of ${String(wrong)} wrong claims${rest}`);
  }
  const place = firstWrong(diagnosis);
  if (place) lines.push(`first wrong quantity in the backward pass: ${placeInWords(place)}`);
  const rows = blocks.map(({ layer, part, claimed, wrong: bad }) => [
    `θ${superscript(`(${String(layer)})`)} ${part}`,
    String(claimed),
    String(bad),
  ]);
  return [...lines, '', ...alignRight([['', 'claimed', 'wrong'], ...rows])];
}

/** What is said about claims that the whole does not explain. */
function remarks({ judgment: { claims, diagnosis }, places }: Outcome): { text: string; place: string }[] {
  const shared = diagnosis ? togetherInWords(diagnosis.mistakes) : undefined;
  return claims.flatMap((claim, n) => {
    const message = claim.diagnosis?.message;
    return message && message !== shared ? [{ text: message, place: placed(places[n]) }] : [];
  });
}

/** The same as lines, not too many, each with its place. */
function listed(outcome: Outcome): string[] {
  const all = remarks(outcome).map(({ text, place }) => `  ${place}${text}`);
  const left = all.length - MOST_CLAIMS;
  return left > 0 ? [...all.slice(0, MOST_CLAIMS), `  … and ${String(left)} more; --json lists them all`] : all;
}

function placed(place: ClaimPlace | undefined): string {
  return place?.line === undefined ? '' : `${place.file}:${String(place.line)}:${String(place.column)}: `;
}

function table(network: Network, checks: readonly ParameterCheck[]): string[] {
  const head = ['', 'gradient', 'numerical', 'relative error', 'error bound', 'verdict'];
  const rows = checks.map(({ parameter, analytic, numeric, relativeError, errorBound, verdict }) => [
    parameterName(network, parameter),
    formatNumber(analytic, DIGITS),
    formatNumber(numeric, DIGITS),
    formatNumber(relativeError, 2),
    formatNumber(errorBound, 2),
    verdict,
  ]);
  return alignRight([head, ...rows]);
}
