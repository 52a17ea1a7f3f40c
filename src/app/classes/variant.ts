/** Other numbers for the same sheet: drawn for one student, nice to compute with, and telling one mistake from another. */

import { ACTIVATIONS } from '../../core/functions';
import { type Question, type Sheet } from '../../core/exercise/judge';
import type { Varied } from '../../core/exercise/exercise';
import { MistakeContext, isTaught, valueMistakes } from '../../core/exercise/valueMistakes';
import { type SheetValues, sheetValues, valueAt } from '../../core/exercise/values';
import { mistakenPasses } from '../../core/mistakes/mistaken';
import { type Network, type Samples, layerAt, parameterIndex, parameterLayout } from '../../core/network';
import { randomStream, uniform } from '../../format/network/random';
import type { Detail } from '../../core/mistakes/row';
import { exerciseText, hash, networkText } from './fingerprint';

/** The drawn numbers of one student. */
export interface Variant {
  readonly theta: Float64Array;
  readonly inputs: Float64Array;
  readonly targets: Float64Array;
  /** Mistakes (code, layers, detail) that yield the value of an answer all the same; empty as a rule. */
  readonly alike: readonly string[];
}

/** Draws that are looked at for one student before the best of them is taken. */
const MOST_DRAWS = 400;
/** Of these only one without any such mistake is taken; after them, the one with the fewest. */
const FIRST_DRAWS = 350;
/** Draws from which it is learned what no numbers can tell apart. */
const PROBES = 12;
/** A mistake that is alike in more of the probes than this cannot be told apart by other numbers. */
const OFTEN = 0.5;
/** Numbers of a network (θ times samples) up to which every mistake is tried on every draw. */
const SMALL = 4000;
/** A value with three digits is off by at most half a percent of it. */
const THREE_DIGITS = 0.005;
/** So many draws from the whole range of the weights, so many from half of it, and from a quarter, and again. */
const NARROW = 40;
const STEP = 0.05;

/** What no numbers tell apart: of each mistake, the questions whose value it yields. */
type Structural = ReadonlyMap<string, ReadonlySet<Question>>;

/** Draws variants of one sheet. What is learned of the sheet is kept from one student to the next. */
export class VariantDrawer {
  private readonly seedText: string;
  private readonly tolerance: number;
  private readonly isSmall: boolean;
  private known: Structural | undefined;

  constructor(private readonly sheet: Sheet) {
    const { network, samples, exercise } = sheet;
    this.seedText = `${networkText(sheet)}\n${exerciseText(sheet)}\n`;
    this.tolerance = exercise.tolerance === 'digits' ? THREE_DIGITS : 2 * exercise.tolerance;
    this.isSmall = network.theta.length * samples.count <= SMALL;
  }

  /**
   * The numbers of `student`: the same for the same sheet and student, whoever else is in the class. No factor is 0 or 1 by
   * chance, no unit is saturated, and no mistake of the table yields the value of an answer, where any numbers can do that.
   */
  draw(student: string): Variant {
    const random = randomStream(hash(student, hash(this.seedText)), 1);
    const next = (): number => uniform(random);
    const known: Structural = this.isSmall ? this.structural : new Map<string, Set<Question>>();
    let best: Variant | undefined;
    let saturated: Variant | undefined;
    for (let draws = 0; draws < MOST_DRAWS; draws++) {
      const drawn = drawNumbers(this.sheet, next, rangeAt(draws));
      const sheet = this.withNumbers(drawn);
      const values = sheetValues({ ...sheet, theta: drawn.theta });
      if (!isNice(sheet, values)) {
        saturated ??= { ...drawn, alike: [] };
        continue;
      }
      if (!this.isSmall) return { ...drawn, alike: [] };
      const limit = draws < FIRST_DRAWS ? 1 : (best?.alike.length ?? Infinity);
      const alike = unexpected(sheet, values, this.tolerance, known, limit);
      if (alike.length === 0) return { ...drawn, alike };
      if (draws >= FIRST_DRAWS && alike.length < limit) best = { ...drawn, alike };
    }
    return best ?? saturated ?? { ...drawNumbers(this.sheet, next, 1), alike: [] };
  }

  /** The sheet with other numbers. */
  withNumbers({ theta, inputs, targets }: Pick<Variant, 'theta' | 'inputs' | 'targets'>): Sheet {
    const { network, samples } = this.sheet;
    return { ...this.sheet, network: { ...network, theta }, samples: { ...samples, inputs, targets } };
  }

  /** What is alike whatever the numbers: a mistake in one layer changes no gradient nearer to the output, and so on. */
  private get structural(): Structural {
    if (this.known) return this.known;
    const random = randomStream(hash(this.seedText), 2);
    const counts = new Map<string, Map<Question, number>>();
    let probes = 0;
    for (let draws = 0; draws < MOST_DRAWS && probes < PROBES; draws++) {
      const drawn = drawNumbers(this.sheet, () => uniform(random), rangeAt(draws));
      const sheet = this.withNumbers(drawn);
      const values = sheetValues({ ...sheet, theta: drawn.theta });
      if (!isNice(sheet, values)) continue;
      probes++;
      for (const { mistake, question } of alikes(sheet, values, this.tolerance)) {
        const byQuestion = counts.get(mistake) ?? new Map<Question, number>();
        byQuestion.set(question, (byQuestion.get(question) ?? 0) + 1);
        counts.set(mistake, byQuestion);
      }
    }
    const known = new Map<string, Set<Question>>();
    for (const [mistake, byQuestion] of counts) {
      const often = [...byQuestion].flatMap(([question, count]) => (count > OFTEN * probes ? [question] : []));
      known.set(mistake, new Set(often));
    }
    this.known = known;
    return known;
  }
}

/** Mistakes that yield the value of an answer, by their names, up to `limit` of them. */
function unexpected(sheet: Sheet, values: SheetValues, tolerance: number, known: Structural, limit: number): string[] {
  const found: string[] = [];
  for (const { mistake, question } of alikes(sheet, values, tolerance)) {
    if (known.get(mistake)?.has(question)) continue;
    found.push(mistake);
    if (found.length >= limit) break;
  }
  return found;
}

/** A mistake, by its name, and a question whose value it yields. */
interface Alike {
  readonly mistake: string;
  readonly question: Question;
}

function* alikes({ network, samples, questions }: Sheet, values: SheetValues, tolerance: number): Generator<Alike> {
  const layout = parameterLayout(network.layers);
  const isAlike = (made: number, exact: number): boolean => Math.abs(made - exact) <= tolerance * Math.abs(exact);
  const gradients = questions.flatMap((question) =>
    question.quantity === 'gradient' ? [{ question, index: parameterIndex(layout, question.parameter) }] : [],
  );
  if (gradients.length > 0) {
    const turns = new Map<string, number>();
    for (const { row, layers, detail, gradient } of mistakenPasses(network, network.theta, samples, isTaught)) {
      const name = nameOf(row.code, layers, detail);
      const turn = turns.get(name) ?? 0;
      turns.set(name, turn + 1);
      const mistake = turn > 0 ? `${name} ${String(turn)}` : name;
      for (const { question, index } of gradients)
        if (isAlike(gradient[index] ?? NaN, values.gradient[index] ?? NaN)) yield { mistake, question };
    }
  }
  const others = questions.filter((question) => question.quantity !== 'gradient');
  if (others.length === 0) return;
  const context = new MistakeContext(network, samples, values);
  for (const question of others) {
    const exact = valueAt(network, values, question);
    // θ after a step is told apart by the step alone.
    const old = question.quantity === 'step' ? (network.theta[parameterIndex(layout, question.parameter)] ?? NaN) : 0;
    for (const { code, layers, detail, value } of valueMistakes(context, question)) {
      if (isTaught(detail) && isAlike(value - old, exact - old))
        yield { mistake: nameOf(code, layers, detail), question };
    }
  }
}

function nameOf(code: string, layers: readonly number[], detail: Detail): string {
  let name = `${code} ${layers.join()}`;
  for (const key in detail) name += ` ${String(detail[key])}`;
  return name;
}

// ── Numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function drawNumbers(
  { network, samples, exercise }: Sheet,
  next: () => number,
  narrow: number,
): Pick<Variant, 'theta' | 'inputs' | 'targets'> {
  const varies = (what: Varied): boolean => exercise.vary.includes(what);
  return {
    theta: varies('weights') ? drawTheta(network, next, narrow) : network.theta,
    inputs: varies('inputs') ? drawLike(samples.inputs, next) : samples.inputs,
    targets: varies('targets') ? drawTargets(network, samples, next) : samples.targets,
  };
}

/** What part of the range of the weights a draw is from: a network may be saturated by all larger ones. */
function rangeAt(draws: number): number {
  return 0.5 ** (Math.floor(draws / NARROW) % 3);
}

/** θ in the range of the sheet's own, in steps of 0.05, never 0 or ±1; what is frozen stays. */
function drawTheta({ layers, theta }: Network, next: () => number, narrow: number): Float64Array {
  const drawn = theta.slice();
  for (const [index, { weights, biases, rows, columns }] of parameterLayout(layers).layers.entries()) {
    const { frozenWeights, frozenBiases } = layerAt({ layers }, index + 2);
    const draw = (from: number, count: number, frozen: boolean | Uint8Array): void => {
      const range = Math.max(2 * STEP, narrow * rangeOf(theta.subarray(from, from + count)));
      for (let k = 0; k < count; k++)
        if (frozen !== true && !(frozen && frozen[k] === 1)) drawn[from + k] = signed(next) * magnitude(range, next);
    };
    draw(weights, rows * columns, frozenWeights);
    if (biases >= 0) draw(biases, rows, frozenBiases);
  }
  return drawn;
}

/** The largest magnitude, between 0.8 and 3. */
function rangeOf(values: Float64Array): number {
  let most = 0.8;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return Math.min(3, most);
}

function signed(next: () => number): 1 | -1 {
  return next() < 0.4 ? -1 : 1;
}

/** A multiple of 0.05 from 0.1 to `range`, not 1. */
function magnitude(range: number, next: () => number): number {
  const most = Math.max(2, Math.round(range / STEP));
  for (;;) {
    const steps = 2 + Math.floor(next() * (most - 1));
    if (steps * STEP !== 1 && steps !== Math.round(1 / STEP)) return Number((steps * STEP).toFixed(2));
  }
}

/** In the range and with the signs of `values`; zeros and ones that are meant (a truth table) stay. */
function drawLike(values: Float64Array, next: () => number): Float64Array {
  if (values.every((value) => value === 0 || value === 1)) return values;
  const range = rangeOf(values);
  const hasNegatives = values.some((value) => value < 0);
  return values.map(() => (hasNegatives ? signed(next) : 1) * magnitude(range, next));
}

/** Targets of the same kind: classes stay classes, probabilities stay probabilities. */
function drawTargets(network: Network, { targets, count }: Samples, next: () => number): Float64Array {
  const width = targets.length / count;
  if (network.loss.type === 'crossEntropy') return permuted(targets, width, next);
  if (targets.every((value) => value === 0 || value === 1)) {
    const binary = network.loss.type === 'binaryCrossEntropy';
    return binary ? targets.map(() => (next() < 0.5 ? 0 : 1)) : targets.map(() => magnitude(0.95, next));
  }
  const isPart = targets.every((value) => value >= 0 && value <= 1);
  return isPart ? targets.map(() => magnitude(0.95, next)) : drawLike(targets, next);
}

/** Each row's targets in another order. */
function permuted(targets: Float64Array, width: number, next: () => number): Float64Array {
  const drawn = targets.slice();
  for (let row = 0; row < drawn.length; row += width) {
    for (let last = width - 1; last > 0; last--) {
      const other = Math.floor(next() * (last + 1));
      const value = drawn[row + last] ?? NaN;
      drawn[row + last] = drawn[row + other] ?? NaN;
      drawn[row + other] = value;
    }
  }
  return drawn;
}

// ── What is nice ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** A factor this near to 0, 1 or −1 is taken for it. */
const NEAR = 0.02;
/** A g′ this small is a saturated unit. */
const SATURATED = 0.06;
/** An answer this small takes many zeros to write. */
const TINY = 1e-4;
/** Of more samples than this, one in ten may have such a factor. */
const FEW = 4;

function isNice(sheet: Sheet, values: SheetValues): boolean {
  const { network, samples, questions } = sheet;
  let bad = 0;
  let all = 0;
  for (let s = 0; s < samples.count; s++) {
    for (let l = 2; l <= network.layers.length; l++) {
      const { units } = layerAt(network, l);
      for (let unit = 0; unit < units; unit++) {
        all++;
        if (!isNiceUnit(sheet, values, s, l, unit)) bad++;
      }
    }
  }
  if (samples.count <= FEW ? bad > 0 : bad > all / 10) return false;
  return questions.every((question) => isNiceAnswer(network, values, question));
}

function isNiceUnit({ network, samples }: Sheet, { z, a }: SheetValues, s: number, l: number, unit: number): boolean {
  const { activation, units } = layerAt(network, l);
  const row = ACTIVATIONS[activation.type];
  const [zi, ai] = [z[s]?.[l - 1]?.[unit] ?? NaN, a[s]?.[l - 1]?.[unit] ?? NaN];
  if (l === network.layers.length) {
    const off = ai - (samples.targets[s * units + unit] ?? NaN);
    if (isTrivial(off)) return false;
  }
  if (activation.type === 'identity') return !isTrivial(ai);
  if (row.vector) return ai > SATURATED && ai < 1 - SATURATED;
  const slope = row.derivative(zi, activation);
  // Of a rectifier 0 and 1 are what g′ is; a unit that is off takes its whole path away.
  if (row.kinks(activation).length > 0 && isTrivial(slope)) return slope !== 0 && !isTrivial(ai);
  return Math.abs(slope) >= SATURATED && !isTrivial(slope) && !isTrivial(ai);
}

function isTrivial(factor: number): boolean {
  return [0, 1, -1].some((value) => Math.abs(factor - value) < NEAR) || !Number.isFinite(factor);
}

function isNiceAnswer(network: Network, values: SheetValues, question: Question): boolean {
  if (question.quantity !== 'gradient') return Math.abs(valueAt(network, values, question)) > TINY;
  const g = values.gradient[parameterIndex(parameterLayout(network.layers), question.parameter)] ?? NaN;
  return Math.abs(g) > TINY;
}
