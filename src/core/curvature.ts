/** What second derivatives say about the place where θ stands. */

import { differentiating } from './backprop';
import { type Eigenpair, eigenvalues, extremes, leading } from './eigen';
import { Hessian, hessianProducts } from './hessian';
import { type HessianKink, hessianKinks } from './hessian/kinks';
import { type Network, type Objective, parameterLayout } from './network';
import type { Pausing } from './check/steps';
import type { LossAt, RunPoint } from './landscape';
import { lengthOf } from './vectors';

/** A slope goes down; without one θ is a minimum (flat ways out of it allowed), a saddle, or nothing is seen to bend. */
export type PointKind = 'minimum' | 'saddle' | 'slope' | 'flat';

export interface Curvature {
  readonly parameters: number;
  /** ‖∇J‖₂ */
  readonly gradientNorm: number;
  readonly largest: Eigenpair;
  readonly smallest: Eigenpair;
  /** 2/λ_max: above it, steps against the gradient overshoot along the steepest bend; null where λ_max ≤ 0. */
  readonly largestStableLearningRate: number | null;
  /** gᵀHg/gᵀg; 0 where g is 0. */
  readonly alongGradient: number;
  readonly kind: PointKind;
  /** Where H is of one side only. */
  readonly kinks: readonly HessianKink[];
  /** All of them, ascending, and H, row-major; where asked for. */
  readonly full?: { readonly eigenvalues: Float64Array; readonly hessian: Float64Array };
}

/** What a person looks at: the numbers of `Curvature`, and where its directions lie, without vectors of the size of θ. */
export interface CurvatureSurvey extends Omit<Curvature, 'largest' | 'smallest' | 'full'> {
  readonly lambdaMax: number;
  readonly lambdaMin: number;
  /** Of the squared length of the eigenvectors of λ_max and λ_min, the part in each θ⁽ˡ⁾: the parts add up to 1. */
  readonly steepest: readonly number[];
  readonly lowest: readonly number[];
  /** Every eigenvalue, ascending, where the network is small. */
  readonly spectrum?: Float64Array;
  /** At a saddle: the best step along the eigenvector of λ_min, of those that were tried, and J after it. */
  readonly wayDown?: { readonly step: Float64Array; readonly loss: number };
}

/** The most parameters of which a survey gives every eigenvalue. */
const MOST_SURVEYED = 400;

/** The most parameters of which all of H is written out: 32 MB. */
export const MOST_HESSIAN_PARAMETERS = 2000;
/** ‖∇J‖ below this part of the largest |λ|: a Newton step is that short. */
const STATIONARY = 1e-5;
/** A negative λ below this part of the largest is rounding. */
const ROUNDING = 1e-6;

/**
 * λ_max and λ_min of the Hessian of J at θ, and what follows from them; with `full` all of it. `products` multiplies by H. With a
 * pause after each sample. Throws a RangeError where `full` is asked for of more than 2,000 parameters.
 */
export function* curvature(objective: Objective, full = false, products = hessianProducts): Pausing<Curvature> {
  const n = objective.theta.length;
  if (full && n > MOST_HESSIAN_PARAMETERS) {
    throw new RangeError(
      `the network has ${String(n)} parameters; all of H is given for up to ${String(MOST_HESSIAN_PARAMETERS)}`,
    );
  }
  const { gradient } = yield* differentiating(objective);
  const written = full ? yield* writtenHessian(objective) : undefined;
  // All of H is there to be multiplied by, or each product passes over the samples.
  const multiply = written ? (v: Float64Array) => denseProduct(written, v) : yield* products(objective);
  const { largest, smallest } = yield* extremes(n, multiply);
  const square = gradient.reduce((sum, g) => sum + g * g, 0);
  const bent = yield* multiply(gradient);
  const along = square === 0 ? 0 : bent.reduce((sum, value, k) => sum + value * (gradient[k] ?? NaN), 0) / square;
  const gradientNorm = Math.sqrt(square);
  return {
    parameters: n,
    gradientNorm,
    largest,
    smallest,
    largestStableLearningRate: largest.value > 0 ? 2 / largest.value : null,
    alongGradient: along,
    kind: pointKindOf(gradientNorm, largest.value, smallest.value),
    kinks: hessianKinks(objective),
    ...(written && { full: { hessian: written, eigenvalues: yield* eigenvalues(written.slice(), n) } }),
  };
}

function* writtenHessian(objective: Objective): Pausing<Float64Array> {
  const hessian = new Hessian(objective);
  yield* hessian.prepare();
  return yield* hessian.full();
}

/** The curvature of J at θ for the panel; `lossAt` gives J at any θ. With the pauses of `curvature`. */
export function* surveying(objective: Objective, lossAt: LossAt, products = hessianProducts): Pausing<CurvatureSurvey> {
  const { network, theta } = objective;
  const found = yield* curvature(objective, theta.length <= MOST_SURVEYED, products);
  const { largest, smallest, full, ...numbers } = found;
  return {
    ...numbers,
    lambdaMax: largest.value,
    lambdaMin: smallest.value,
    steepest: layerShares(network, largest.vector),
    lowest: layerShares(network, smallest.vector),
    ...(full && { spectrum: full.eigenvalues }),
    ...(numbers.kind === 'saddle' && { wayDown: yield* goingDown(objective.theta, smallest.vector, lossAt) }),
  };
}

/** Steps that are tried to either side: ‖θ‖, half of it, … */
const HALVINGS = 10;

/** Where J is least along a direction, of some steps to either side. */
function* goingDown(
  theta: Float64Array,
  direction: Float64Array,
  lossAt: LossAt,
): Pausing<NonNullable<CurvatureSurvey['wayDown']>> {
  const size = lengthOf(theta) || 1;
  let best = { step: direction.map(() => 0), loss: yield* lossAt(theta) };
  for (let n = 0; n < HALVINGS; n++) {
    for (const sign of [1, -1]) {
      const step = direction.map((value) => sign * size * 2 ** -n * value);
      const loss = yield* lossAt(theta.map((value, k) => value + (step[k] ?? NaN)));
      if (loss < best.loss) best = { step, loss };
    }
  }
  return best;
}

/** λ_max at some epochs of a run. */
export interface Sharpness {
  readonly epochs: Float64Array;
  readonly lambdaMax: Float64Array;
}

/** λ_max, to 1 %. With a pause after each sample. */
export function* sharpness(objective: Objective, products = hessianProducts): Pausing<number> {
  const [largest] = yield* leading(objective.theta.length, yield* products(objective), 1);
  return largest?.value ?? NaN;
}

/** λ_max, to 1 %, at each of these points of a run; that of `known` epochs is taken from there. With a pause after each sample. */
export function* sharpening(
  { network, samples }: Objective,
  path: readonly RunPoint[],
  products = hessianProducts,
  known: ReadonlyMap<number, number> = new Map(),
): Pausing<Sharpness> {
  const lambdaMax = new Float64Array(path.length);
  for (const [n, { epoch, theta }] of path.entries()) {
    lambdaMax[n] = known.get(epoch) ?? (yield* sharpness({ network, theta, samples }, products));
  }
  return { epochs: Float64Array.from(path, ({ epoch }) => epoch), lambdaMax };
}

/** Σ v_k² over each θ⁽ˡ⁾, of a vector of length 1. */
function layerShares({ layers }: Network, vector: Float64Array): number[] {
  const blocks = parameterLayout(layers).layers;
  return blocks.map(({ weights }, l) => {
    const part = vector.subarray(weights, blocks[l + 1]?.weights);
    return part.reduce((sum, value) => sum + value * value, 0);
  });
}

function* denseProduct(matrix: Float64Array, v: Float64Array): Pausing<Float64Array> {
  const n = v.length;
  return v.map((_, row) => {
    let sum = 0;
    for (let k = 0, at = row * n; k < n; k++, at++) sum += (matrix[at] ?? NaN) * (v[k] ?? NaN);
    return sum;
  });
}

function pointKindOf(gradientNorm: number, largest: number, smallest: number): PointKind {
  const size = Math.max(Math.abs(largest), Math.abs(smallest));
  if (!(gradientNorm <= STATIONARY * size)) return 'slope';
  if (size === 0) return 'flat';
  return smallest < -ROUNDING * size ? 'saddle' : 'minimum';
}
