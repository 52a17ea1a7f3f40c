/** The gradient check: numerical derivatives of J compared with backpropagation's, with a verdict each. */

import { differentiating, inputsOf, requireSample, targetsOf } from '../backprop';
import { requireParameter } from '../chain';
import { rechecking } from './recheck';
import { type Network, type Objective, type ParameterId, type Samples, parameterAt, parameterLayout } from '../network';
import { parameterName, quantityName, subscript } from '../notation';
import { formatNumber } from '../numbers';
import { type NumericGradient, type SampleBreak, numericGradient } from './numericGradient';
import type { SlopeFinder } from './slopes';
import { forwardModeCheck } from './forwardModeCheck';
import { curving } from './stepCurve';
import { runToEnd } from './steps';
import { PassedCheck } from './passed';
import { type CheckVerdict, absoluteError, judge, relativeError } from './verdict';

export type { SampleBreak } from './numericGradient';
export type { CheckVerdict } from './verdict';

export interface ParameterCheck {
  readonly parameter: ParameterId;
  readonly analytic: number;
  readonly numeric: number;
  /** |a − n| */
  readonly absoluteError: number;
  /** |a − n| / max(|a|, |n|); 0 when both are 0. */
  readonly relativeError: number;
  /** How far the numerical derivative may itself be off. */
  readonly errorBound: number;
  readonly verdict: CheckVerdict;
  /** The criterion that decided, in words. */
  readonly reason: string;
  /** The nearest break of the loss that the difference quotients had to keep clear of or stand on. */
  readonly break?: SampleBreak;
}

export interface CheckReport {
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** How the numerical derivatives were taken, in words. */
  readonly method: string;
  /** Worst first. */
  readonly parameters: readonly ParameterCheck[];
}

/** What a gradient is compared with: difference quotients, or as a forward-mode check forward-mode dual numbers. */
export type CheckAgainst = 'differences' | 'dual';

export interface CheckOptions {
  /** E_N of this training row, from 1, without the penalty, in place of J. */
  readonly sample?: number;
  /** Only these; every parameter where it is left out. */
  readonly parameters?: readonly ParameterId[];
  /** The gradient to be judged, in the layout of the parameter vector; backpropagation's where it is left out. */
  readonly gradient?: Float64Array;
  readonly against?: CheckAgainst;
  /** How the slopes under the difference quotients are found; one by one where it is left out. */
  readonly findSlopes?: SlopeFinder;
}

export interface CheckProgress {
  /** Parameters. */
  readonly done: number;
  readonly total: number;
  /** All are judged; those that do not agree are looked at a second time. */
  readonly isRechecking?: true;
}

const METHODS = {
  differences:
    'three-level Richardson extrapolation of central differences of E in difference form, ' +
    'the step chosen for each unit and sample, one-sided beside a kink',
  dual: 'forward-mode dual numbers, without any step',
};

/** Parameters whose noise is explained by their step curve, and the points of it that are told. */
const EXPLAINED = 20;
const SHOWN = [3, 13, 23, 33];

/** Verdicts between two yields. */
const JUDGED = 1000;

/** Runs `checking` to its end. */
export function check(objective: Objective, options: CheckOptions = {}): CheckReport {
  return runToEnd(checking(objective, options));
}

/**
 * Holds ∂J/∂θ, or ∂E_N/∂θ, against numerical derivatives. Yields its progress every few milliseconds, so that the caller
 * can let other work through, or stop. Throws a RangeError for a sample or a parameter that there is not.
 */
export function* checking(
  objective: Objective,
  { sample, parameters, gradient, against = 'differences', findSlopes }: CheckOptions = {},
): Generator<CheckProgress, CheckReport> {
  const { network, theta, samples } = objective;
  const layout = parameterLayout(network.layers);
  const wanted = wantedParameters(network, parameters);
  const total = wanted.reduce((sum, one) => sum + one, 0);
  const chosen = sample === undefined ? objective : { network, theta, samples: onlyRow(network, samples, sample) };

  const penalised = sample === undefined;
  const bare = penalised ? network : { ...network, regularization: { l1: 0, l2: 0 } };
  const analytic = gradient ?? (yield* tellingProgress(differentiating({ ...chosen, network: bare }), total)).gradient;
  const derivatives =
    against === 'dual' ? forwardModeCheck(chosen, penalised) : numericGradient(chosen, wanted, penalised, findSlopes);
  const numeric = yield* tellingProgress(derivatives, total);

  let scale = 0;
  for (const value of numeric.value) if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
  const checks: ParameterCheck[] = [];
  for (let index = 0; index < layout.count; index++) {
    if (!wanted[index]) continue;
    checks.push(judgeParameter(network, parameterAt(layout, index), index, analytic, numeric, scale, sample));
    if (checks.length % JUDGED === 0) yield { done: total, total };
  }
  yield* tellingProgress(rechecking(chosen, checks, penalised), total, true);
  yield* tellingProgress(explainNoise(objective, checks, sample), total, true);
  return { verdict: overall(checks), method: METHODS[against], parameters: worstFirst(checks) };
}

function wantedParameters(network: Network, parameters: readonly ParameterId[] | undefined): Uint8Array {
  const layout = parameterLayout(network.layers);
  const wanted = new Uint8Array(layout.count);
  if (!parameters) return wanted.fill(1);
  for (const parameter of parameters) wanted[requireParameter(network, parameter)] = 1;
  return wanted;
}

function onlyRow(network: Network, samples: Samples, sample: number): Samples {
  requireSample(samples, sample);
  return { count: 1, inputs: inputsOf(network, samples, sample), targets: targetsOf(network, samples, sample) };
}

function judgeParameter(
  network: Network,
  parameter: ParameterId,
  index: number,
  gradient: Float64Array,
  numeric: NumericGradient,
  scale: number,
  sample: number | undefined,
): ParameterCheck {
  const close = numeric.breaks.get(index);
  const met = close && sample !== undefined ? { ...close, sample } : close;
  const evidence = {
    analytic: gradient[index] ?? NaN,
    numeric: numeric.value[index] ?? NaN,
    bound: numeric.bound[index] ?? NaN,
    low: numeric.low[index] ?? NaN,
    high: numeric.high[index] ?? NaN,
    scale,
    lossSize: numeric.lossSize,
    kink: () => (met ? breakName(met) : `|${parameterName(network, parameter)}| of the penalty`),
  };
  const { analytic, numeric: found, bound } = evidence;
  const judgement = judge(evidence);
  if (judgement.verdict === 'pass') return new PassedCheck(parameter, analytic, found, bound, judgement.criterion, met);
  return {
    parameter,
    analytic,
    numeric: found,
    absoluteError: absoluteError(analytic, found),
    relativeError: relativeError(analytic, found),
    errorBound: bound,
    ...judgement,
    ...(met && { break: met }),
  };
}

/** z₂⁽³⁾ (unit 2 of layer 3) of sample 7 */
function breakName({ kind, layer, unit, sample }: SampleBreak): string {
  if (kind === 'loss')
    return `the loss of output ${String(unit)} (a${subscript(String(unit))} − y) of sample ${String(sample)}`;
  const name = quantityName({ kind: 'z', layer, unit });
  return `${name} (unit ${String(unit)} of layer ${String(layer)}) of sample ${String(sample)}`;
}

/** Lets the step curve speak where rounding dominates, for as many parameters as anyone would read. */
function* explainNoise(objective: Objective, checks: ParameterCheck[], sample: number | undefined): Generator<0, void> {
  const noisy = [...checks.entries()]
    .filter(([, { verdict, numeric }]) => verdict === 'noise' && Number.isFinite(numeric))
    .slice(0, EXPLAINED);
  for (const [at, one] of noisy) {
    const { points } = yield* curving(objective, one.parameter, one.analytic, sample);
    const quotients = SHOWN.map((k) => points[k])
      .filter((point) => point !== undefined)
      .map(({ step, central }) => `${formatNumber(central, 4)} at h = ${formatNumber(step, 2)}`);
    checks[at] = { ...one, reason: `${one.reason}; the difference quotient is ${quotients.join(', ')}` };
  }
}

function overall(checks: readonly ParameterCheck[]): CheckReport['verdict'] {
  if (checks.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return checks.every(({ verdict }) => verdict === 'pass') ? 'pass' : 'inconclusive';
}

const RANK: Readonly<Record<CheckVerdict, number>> = { fail: 0, kink: 1, noise: 2, pass: 3 };

/** By verdict, then by severity; the keys are computed once, for there may be a million. */
function worstFirst(checks: readonly ParameterCheck[]): ParameterCheck[] {
  const ranks = Uint8Array.from(checks, ({ verdict }) => RANK[verdict]);
  const severities = Float64Array.from(checks, severity);
  const order = Uint32Array.from(checks.keys()).sort(
    (a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0) || (severities[b] ?? 0) - (severities[a] ?? 0),
  );
  return Array.from(order, (at) => checks[at]).filter((one) => one !== undefined);
}

/** 0…1. An error within the bound is no worse than the share of the bound that it takes. */
function severity({ relativeError, absoluteError, errorBound }: ParameterCheck): number {
  if (absoluteError === 0) return 0;
  const worst = Math.min(relativeError, absoluteError / errorBound, 1);
  return Number.isNaN(worst) ? 1 : worst;
}

/** Says at each step how many parameters are done: what the step says, or all of them. */
function* tellingProgress<T>(
  steps: Generator<number | undefined, T>,
  total: number,
  isRechecking = false,
): Generator<CheckProgress, T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield isRechecking ? { done: total, total, isRechecking } : { done: step.value ?? 0, total };
  }
}
