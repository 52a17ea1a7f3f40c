/**
 * L-BFGS with a strong Wolfe line search as PyTorch 2's LBFGS(line_search_fn="strong_wolfe") has it, decision for decision:
 * J. Nocedal and S. Wright, Numerical Optimization, 2nd edition, algorithms 7.4, 7.5, 3.5 and 3.6.
 */

/** J and ∂J/∂x at a point. */
export interface Evaluation {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/** Asks for J and ∂J/∂x at one point after the other, and ends with the point that the step leads to. */
export type Search = Generator<Float64Array, Float64Array, Evaluation>;

export interface LbfgsSettings {
  /** Iterations of one step, and with them 5/4 as many evaluations. */
  readonly maxIterations: number;
  /** Pairs that are remembered. */
  readonly historySize: number;
  /** Below them, the largest |∂J/∂x| and the change of J or of x end the step. */
  readonly toleranceGradient: number;
  readonly toleranceChange: number;
}

/** What is remembered from step to step: rows of as many numbers as x has, and numbers. */
export interface LbfgsMemory {
  /** `historySize` differences y of gradients, and s of points, the oldest first. */
  readonly differences: Float64Array;
  readonly moves: Float64Array;
  readonly direction: Float64Array;
  readonly gradient: Float64Array;
  /** How many iterations and pairs there were, the scale of H₀, the last step's length, then 1 / (y·s) of every pair. */
  readonly numbers: Float64Array;
}

const [ITERATIONS, PAIRS, SCALE, LENGTH, RHO] = [0, 1, 2, 3, 4];

/** Numbers of `LbfgsMemory.numbers`. */
export function lbfgsNumbers(historySize: number): number {
  return RHO + historySize;
}

/** One step from x, where J and its gradient are `at`. */
export function* lbfgsStep(
  start: Float64Array,
  at: Evaluation,
  memory: LbfgsMemory,
  learningRate: number,
  { maxIterations, historySize, toleranceGradient, toleranceChange }: LbfgsSettings,
): Search {
  const { direction, numbers } = memory;
  const n = start.length;
  const x = start.slice();
  let { loss, gradient } = at;
  let evaluations = 1;
  if (largest(gradient, n) <= toleranceGradient) return x;
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const isFirst = numbers[ITERATIONS] === 0;
    numbers[ITERATIONS] = (numbers[ITERATIONS] ?? NaN) + 1;
    if (isFirst) {
      for (let k = 0; k < n; k++) direction[k] = -(gradient[k] ?? NaN);
      numbers[SCALE] = 1;
    } else {
      remember(memory, gradient, n, historySize);
      turn(memory, gradient, n);
    }
    memory.gradient.set(gradient);
    const before = loss;
    const length = isFirst ? Math.min(1, 1 / sizes(gradient, n)) * learningRate : learningRate;
    numbers[LENGTH] = length;
    const slope = dot(gradient, 0, direction, 0, n);
    if (slope > -toleranceChange) break;
    const found = yield* strongWolfe(x, length, direction.subarray(0, n), { loss, gradient }, slope, toleranceChange);
    ({ loss, gradient } = found);
    numbers[LENGTH] = found.length;
    for (let k = 0; k < n; k++) x[k] = (x[k] ?? NaN) + found.length * (direction[k] ?? NaN);
    evaluations += found.evaluations;
    if (evaluations >= Math.floor((maxIterations * 5) / 4) || largest(gradient, n) <= toleranceGradient) break;
    if (largest(direction, n) * Math.abs(found.length) <= toleranceChange || Math.abs(loss - before) < toleranceChange)
      break;
  }
  return x;
}

/** The pair y = ∇J − ∇J before, s = the last move joins the others, where y·s is not too small. */
function remember({ differences, moves, ...last }: LbfgsMemory, gradient: Float64Array, n: number, most: number): void {
  const { numbers } = last;
  const y = gradient.map((value, k) => value - (last.gradient[k] ?? NaN));
  const s = y.map((_, k) => (last.direction[k] ?? NaN) * (numbers[LENGTH] ?? NaN));
  const ys = dot(y, 0, s, 0, n);
  if (!(ys > 1e-10)) return;
  if (numbers[PAIRS] === most) {
    differences.copyWithin(0, n, most * n);
    moves.copyWithin(0, n, most * n);
    numbers.copyWithin(RHO, RHO + 1);
    numbers[PAIRS] = most - 1;
  }
  const pairs = numbers[PAIRS] ?? 0;
  differences.set(y, pairs * n);
  moves.set(s, pairs * n);
  numbers[RHO + pairs] = 1 / ys;
  numbers[PAIRS] = pairs + 1;
  numbers[SCALE] = ys / dot(y, 0, y, 0, n);
}

/** direction := −H ∇J by the two loops over the remembered pairs. */
function turn({ differences, moves, direction, numbers }: LbfgsMemory, gradient: Float64Array, n: number): void {
  const pairs = numbers[PAIRS] ?? 0;
  const rho = (pair: number): number => numbers[RHO + pair] ?? NaN;
  const along = new Float64Array(pairs);
  for (let k = 0; k < n; k++) direction[k] = -(gradient[k] ?? NaN);
  for (let pair = pairs - 1; pair >= 0; pair--) {
    const part = dot(moves, pair * n, direction, 0, n) * rho(pair);
    along[pair] = part;
    addTo(direction, differences, pair * n, -part, n);
  }
  const scale = numbers[SCALE] ?? NaN;
  for (let k = 0; k < n; k++) direction[k] = (direction[k] ?? NaN) * scale;
  for (let pair = 0; pair < pairs; pair++) {
    const back = dot(differences, pair * n, direction, 0, n) * rho(pair);
    addTo(direction, moves, pair * n, (along[pair] ?? NaN) - back, n);
  }
}

/** A place on the line x + t d, with J and its slope along d. */
interface LinePoint extends Evaluation {
  readonly t: number;
  readonly slope: number;
}

const [C1, C2, MOST_LOOKS] = [1e-4, 0.9, 25];

/** A length t with J(x + t d) ≤ J(x) + c₁ t ∇J·d and |∇J(x + t d)·d| ≤ c₂ |∇J·d|, or the best that is found. */
function* strongWolfe(
  x: Float64Array,
  length: number,
  d: Float64Array,
  start: Evaluation,
  slope: number,
  toleranceChange: number,
): Generator<Float64Array, Evaluation & { readonly length: number; readonly evaluations: number }, Evaluation> {
  const n = x.length;
  const norm = largest(d, n);
  let looks = 0;
  let evaluations = 0;
  function* placeAt(t: number): Generator<Float64Array, LinePoint, Evaluation> {
    const { loss, gradient } = yield x.map((value, k) => value + t * (d[k] ?? NaN));
    evaluations++;
    return { t, loss, gradient, slope: dot(gradient, 0, d, 0, n) };
  }
  const rises = ({ t, loss }: LinePoint): boolean => loss > start.loss + C1 * t * slope;
  const isFlat = (place: LinePoint): boolean => Math.abs(place.slope) <= -C2 * slope;

  const first: LinePoint = { t: 0, slope, ...start };
  let previous = first;
  let here = yield* placeAt(length);
  let bracket: [LinePoint, LinePoint] | undefined;
  let done = false;
  while (looks < MOST_LOOKS) {
    if (rises(here) || (looks > 1 && here.loss >= previous.loss)) {
      bracket = [previous, here];
      break;
    }
    if (isFlat(here)) {
      bracket = [here, here];
      done = true;
      break;
    }
    if (here.slope >= 0) {
      bracket = [previous, here];
      break;
    }
    const bounds = [here.t + 0.01 * (here.t - previous.t), here.t * 10] as const;
    const next = cubicMinimum(previous, here, bounds);
    previous = here;
    here = yield* placeAt(next);
    looks++;
  }
  bracket ??= [first, here];

  let slow = false;
  let low: 0 | 1 = bracket[0].loss <= bracket[1].loss ? 0 : 1;
  while (!done && looks < MOST_LOOKS) {
    const [one, other] = bracket;
    if (Math.abs(other.t - one.t) * norm < toleranceChange) break;
    const [least, most] = [Math.min(one.t, other.t), Math.max(one.t, other.t)];
    let t = cubicMinimum(one, other, [least, most]);
    // What lies too near to an end twice, or beyond it, is moved into the bracket.
    const margin = 0.1 * (most - least);
    const near: boolean = Math.min(most - t, t - least) < margin;
    const moves: boolean = near && (slow || t >= most || t <= least);
    if (moves) t = Math.abs(t - most) < Math.abs(t - least) ? most - margin : least + margin;
    slow = near && !moves;
    const place: LinePoint = yield* placeAt(t);
    looks++;
    const high: 0 | 1 = low === 0 ? 1 : 0;
    if (rises(place) || place.loss >= bracket[low].loss) {
      bracket[high] = place;
      low = bracket[0].loss <= bracket[1].loss ? 0 : 1;
    } else {
      if (isFlat(place)) done = true;
      else if (place.slope * (bracket[high].t - bracket[low].t) >= 0) bracket[high] = bracket[low];
      bracket[low] = place;
    }
  }
  const { t, loss, gradient } = bracket[low];
  return { length: t, loss, gradient, evaluations };
}

/** Where the cubic through both places with their slopes is smallest between the bounds. */
function cubicMinimum(p: LinePoint, q: LinePoint, [least, most]: readonly [number, number]): number {
  const d1 = p.slope + q.slope - (3 * (p.loss - q.loss)) / (p.t - q.t);
  const square = d1 ** 2 - p.slope * q.slope;
  if (!(square >= 0)) return (least + most) / 2;
  const d2 = Math.sqrt(square);
  const at =
    p.t <= q.t
      ? q.t - (q.t - p.t) * ((q.slope + d2 - d1) / (q.slope - p.slope + 2 * d2))
      : p.t - (p.t - q.t) * ((p.slope + d2 - d1) / (p.slope - q.slope + 2 * d2));
  return Math.min(Math.max(at, least), most);
}

/** Σ_k x_k y_k of n numbers from two places on. */
function dot(x: Float64Array, xFrom: number, y: Float64Array, yFrom: number, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += (x[xFrom + k] ?? NaN) * (y[yFrom + k] ?? NaN);
  return sum;
}

function addTo(x: Float64Array, y: Float64Array, yFrom: number, factor: number, n: number): void {
  for (let k = 0; k < n; k++) x[k] = (x[k] ?? NaN) + factor * (y[yFrom + k] ?? NaN);
}

/** max |x| */
function largest(x: Float64Array, n: number): number {
  let most = 0;
  for (let k = 0; k < n; k++) most = Math.max(most, Math.abs(x[k] ?? NaN));
  return most;
}

/** Σ |x| */
function sizes(x: Float64Array, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += Math.abs(x[k] ?? NaN);
  return sum;
}
