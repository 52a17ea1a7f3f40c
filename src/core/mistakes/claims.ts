/** The judge of gradients worked out by hand: right at the precision they were written with, or wrong, and why. */

import { differentiating } from '../backprop';
import { requireParameter } from '../chain';
import { gradientRounding } from '../check/gradientRounding';
import type { Network, ParameterId, Samples } from '../network';
import { hint } from './hints';
import type { Mark } from './mark';
import { derivativeName, numeral } from './names';
import { piecesOf } from './pieces';
import { matches, precisionOf } from './precision';
import { type Findings, search } from './search';
import { type SlipCode, type SlipDetail, valueOf } from './slip';
import { WholeSlips } from './whole';
import { type Pausing, runToEnd } from '../check/steps';

export type { Mark } from './mark';
export type { SlipCode, SlipDetail } from './slip';

/** Somebody's own ∂J/∂θ. */
export interface Claim {
  readonly parameter: ParameterId;
  readonly value: number;
  /** As it was written, which says how precise it means to be. */
  readonly text: string;
}

/** Why a claim is wrong. */
export interface Diagnosis {
  readonly code: SlipCode;
  /** `0.118 is ∂E/∂a₁⁽³⁾ · ∂z₁⁽³⁾/∂θ₁₁⁽²⁾: the factor ∂a₁⁽³⁾/∂z₁⁽³⁾ = 0.187 is missing` */
  readonly message: string;
  /** What the slip is about; `and`, a second slip that was made too; `or`, another that would explain the value as well. */
  readonly detail: SlipDetail;
}

export interface JudgedClaim {
  readonly parameter: ParameterId;
  readonly claimed: number;
  /** ∂J/∂θ */
  readonly gradient: number;
  readonly verdict: 'correct' | 'wrong';
  /** Null for a claim that is correct. */
  readonly diagnosis: Diagnosis | null;
  /** The kind of slip, in words that do not give ∂J/∂θ away; null for a claim that is correct. */
  readonly hint: string | null;
  /** Where in the derivation the slip lies; null where it lies in no factor or path, or there is none. */
  readonly mark: Mark | null;
}

/** Runs `judging` to its end. */
export function judgeClaims(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  claims: readonly Claim[],
): JudgedClaim[] {
  return runToEnd(judging(network, theta, samples, claims));
}

/**
 * Holds each claim against ∂J/∂θ: it is correct within half a unit of the last digit that was written. A wrong one is
 * explained by the simplest slip that yields its value, in the order of `slips/search.ts`, if there is one that chance does
 * not yield as well. Yields often how many claims are judged. Throws a RangeError for a parameter that there is not.
 */
export function* judging(
  network: Network,
  theta: Float64Array,
  samples: Samples,
  claims: readonly Claim[],
): Generator<number, JudgedClaim[]> {
  if (claims.length === 0) return [];
  const { gradient } = yield* counting(differentiating(network, theta, samples), 0);
  const whole = new WholeSlips(network, theta, samples, gradient);
  const rounding = yield* counting(gradientRounding(network, theta, samples), 0);
  let scale = 0;
  for (const g of gradient) scale = Math.max(scale, Math.abs(g));
  const judged: JudgedClaim[] = [];
  for (const claim of claims) {
    const index = requireParameter(network, claim.parameter);
    const right = gradient[index] ?? NaN;
    const correct = isRight(claim, right, scale, rounding[index] ?? 0);
    judged.push({
      parameter: claim.parameter,
      claimed: claim.value,
      gradient: right,
      verdict: correct ? 'correct' : 'wrong',
      ...(correct
        ? { diagnosis: null, hint: null, mark: null }
        : yield* counting(diagnose(claim, whole, index), judged.length)),
    });
    yield judged.length;
  }
  return judged;
}

/** How far two right programs may be apart: a part of the network's largest derivative, but never of this one's digits. */
const ROUNDING = 1e-12;
const DIGITS = 1e-6;

/** `rounding` is how far apart they may be whatever the digits, for a derivative that is 0 but for the rounding of its sums. */
function isRight({ value, text }: Claim, right: number, scale: number, rounding: number): boolean {
  const between = Math.max(Math.min(ROUNDING * scale, DIGITS * Math.abs(right)), rounding);
  return matches(value, right, precisionOf(text), between);
}

/** Says at each pause how many claims are judged. */
function* counting<T>(work: Pausing<T>, judged: number): Generator<number, T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    yield judged;
  }
}

function* diagnose(
  claim: Claim,
  whole: WholeSlips,
  index: number,
): Pausing<Pick<JudgedClaim, 'hint' | 'mark'> & { readonly diagnosis: Diagnosis }> {
  const { network, theta, samples } = whole;
  const { parameter, value, text } = claim;
  const name = derivativeName(network, parameter);
  const precision = precisionOf(text);
  if (precision.digits === 0 || !Number.isFinite(value)) {
    const message = `${name} is not ${text}`;
    return { diagnosis: { code: 'unknown', message, detail: {} }, hint: message, mark: null };
  }
  const pieces = yield* piecesOf(network, theta, samples, parameter);
  const penalty = whole.exact.penalty[index] ?? NaN;
  const subject = { network, parameter, pieces, penalty };
  const findings = yield* search(subject, whole, theta[index] ?? NaN, value, precision);
  const { slip, and } = findings.explanation ?? {};
  return {
    diagnosis: inWords(name, text, findings),
    hint: `${text} is not ${name}: ${hint(slip?.code ?? 'unknown', and?.code)}`,
    mark: slip?.mark ?? and?.mark ?? null,
  };
}

function inWords(name: string, text: string, { explanation, nearest }: Findings): Diagnosis {
  if (!explanation) {
    const close = nearest && Number.isFinite(valueOf(nearest)) ? nearest : undefined;
    const what = close ? `; the nearest is ${close.form} = ${numeral(valueOf(close))}` : '';
    const detail: SlipDetail = close ? { nearest: valueOf(close), code: close.code } : {};
    return { code: 'unknown', message: `${text} is not ${name}, and no simple slip explains it${what}`, detail };
  }
  const { slip, and, or } = explanation;
  if (and) {
    return {
      code: slip.code,
      message: `${text} is ${name} with two slips: ${slip.fault}, and ${and.fault}`,
      detail: { ...and.detail, ...slip.detail, and: and.code },
    };
  }
  const other = or ? `. It is also ${or.form}: ${or.fault}` : '';
  return {
    code: slip.code,
    message: `${text} is ${slip.form}: ${slip.fault}${other}`,
    detail: { ...slip.detail, ...(or && { or: or.code }) },
  };
}
