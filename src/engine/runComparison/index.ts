/** A run of a program’s own beside one of ours from the same start: the first step at which they differ, and why. */

import { OPTIMIZERS, type OptimizerName } from '../../core/functions';
import type { OptimizerConstants } from '../../core/functions/optimizerRow';
import { settingsOf } from '../../core/functions/optimizers';
import type { Network, Optimizer, Samples } from '../../core/network';
import { formatNumber } from '../../core/notation';
import type { RecordedRun, RunComparison } from '../../core/run';
import type { RecordedProgram } from './program';
import { Replay, type Explanation } from './replay';

type DifferenceKind = NonNullable<RunComparison['difference']>['kind'];

interface Candidate {
  readonly kind: DifferenceKind;
  readonly program: RecordedProgram;
  readonly message: string | ((explained: Explanation) => string);
}

/** Numbers of θ that are compared at most, over all records. */
const MOST_NUMBERS = 4_000_000;
const MOST_RECORDS = 200;
/** Rows of a last batch that are tried beside the file’s own. */
const MOST_LAST_ROWS = 512;
/** Orders of the rows that show how much an order alone changes. */
const ORDERS = 6;
/** A run in another order is not further from those than so many times the furthest of them. */
const SPREAD = 3;

const FRACTIONS = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999];
const POSITIVE = Array.from({ length: 14 }, (_, index) => Number(`1e-${String(index + 2)}`));
const DECAYS = [0, 1e-5, 1e-4, 5e-4, 1e-3, 5e-3, 0.01, 0.05, 0.1];
/** What programs set a constant to, by the numbers that it may be. */
const USUAL = { belowOne: FRACTIONS, positive: POSITIVE, notNegative: DECAYS, finite: [], count: [] } as const;

/**
 * Compares a recorded run with the file’s own training, step by step from each recorded θ, so that one difference does not
 * hide in what it leads to. Yields between passes over the rows.
 */
export function* comparingRun(network: Network, samples: Samples, run: RecordedRun): Generator<void, RunComparison> {
  const most = Math.max(2, Math.min(MOST_RECORDS, Math.floor(MOST_NUMBERS / Math.max(1, network.theta.length))) + 1);
  const recorded = { ...run, thetas: run.thetas.slice(0, most), gradients: run.gradients.slice(0, most) };
  const isRecorded = recorded.gradients.slice(1).every((gradient) => gradient !== null);
  const replay = new Replay(network, samples, recorded);
  const { optimizer } = network.training;
  const ours: RecordedProgram = { optimizer, order: 'ours' };
  const { records } = yield* replay.explains(ours);
  if (records === replay.records) return { compared: records, difference: null };
  const record = records + 1;
  // Where the gradients are known, what the optimizer makes of them is seen apart from what they are.
  const given: RecordedProgram = { ...ours, takesRecorded: true };
  const apart = replay.isStepwise && isRecorded;
  const isGradient = apart && (yield* replay.explains(given)).records === replay.records;
  const bases: RecordedProgram[] = isGradient ? [] : apart ? [given] : ordersOf(network, replay);
  let best: { readonly candidate: Candidate; readonly explained: Explanation } | undefined;
  for (const candidate of candidates(network, samples, replay, bases)) {
    const explained = yield* replay.explains(candidate.program);
    if (explained.records > (best?.explained.records ?? records)) best = { candidate, explained };
    if (explained.records === replay.records) break;
  }
  const compared = replay.records;
  const found = best;
  // One step that happens to fit is no explanation where more of them were recorded.
  if (found && (found.explained.records === compared || found.explained.records > record + 1)) {
    const { kind, message } = found.candidate;
    const clause = typeof message === 'string' ? message : message(found.explained);
    return { compared, difference: { record, kind, message: clause } };
  }
  if (replay.batches > 1 && (yield* isAnotherOrder(replay, recorded, ours, record))) {
    const message = 'its batches are made of other rows than here: most likely they are shuffled in another order';
    return { compared, difference: { record, kind: 'batchOrder', message } };
  }
  if (isGradient) {
    const message = 'its optimizer is the file’s, but its gradient differs';
    return { compared, difference: { record, kind: 'gradient', message } };
  }
  const message = 'neither an optimizer setting nor a common gradient mistake explains it';
  return { compared, difference: { record, kind: 'unknown', message } };
}

/** What programs do otherwise, the simplest first. */
function* candidates(
  network: Network,
  { count }: Samples,
  replay: Replay,
  bases: readonly RecordedProgram[],
): Generator<Candidate, void> {
  const { optimizer } = network.training;
  const orders = ordersOf(network, replay);
  if (orders.length > 1) {
    const message = 'its batches take the rows in the order of the data, where training here shuffles them';
    yield { kind: 'batchOrder', program: { optimizer, order: 'data' }, message };
  }
  for (const base of orders) {
    const message =
      'its gradients are added up from step to step: zero_grad() is missing, or the sums are not set back to 0';
    yield { kind: 'gradient', program: { ...base, accumulates: true }, message };
    yield { kind: 'gradient', program: { ...base, factor: count }, message: summed(count) };
  }
  yield* lastBatches(network, count);
  for (const base of bases) yield* optimizers(base);
}

/** The file’s own program, and the same in the order of the data where it shuffles. */
function ordersOf({ training: { optimizer, shuffle } }: Network, { batches }: Replay): RecordedProgram[] {
  const ours: RecordedProgram = { optimizer, order: 'ours' };
  return batches > 1 && shuffle ? [ours, { optimizer, order: 'data' }] : [ours];
}

function summed(count: number): string {
  return `its gradient is ${String(count)} times the one here: the sum over the samples, where J is their mean`;
}

function* lastBatches({ training: { optimizer, batchSize } }: Network, count: number): Generator<Candidate, void> {
  const likely = batchSize === 'full' ? [] : [count % batchSize === 0 ? batchSize : count % batchSize];
  const all = Array.from({ length: Math.min(count - 1, MOST_LAST_ROWS) }, (_, index) => index + 1);
  for (const lastRows of new Set([...likely, ...all])) {
    const rows = lastRows === 1 ? 'row' : `${String(lastRows)} rows`;
    const message = `its step takes the gradient of the last batch alone (the last ${rows}), where J is over ${String(count)}`;
    yield { kind: 'gradient', program: { optimizer, order: 'data', lastRows }, message };
  }
}

/** Other optimizers, constants and rates. */
function* optimizers(base: RecordedProgram): Generator<Candidate, void> {
  const { optimizer } = base;
  const row = OPTIMIZERS[optimizer.type];
  if (row.kind === 'elementwise') {
    yield {
      kind: 'learningRate',
      program: { ...base, fitsRate: true },
      message: (explained) => ratesInWords(explained, optimizer.learningRate),
    };
  }
  const settings = settingsOf(optimizer);
  for (const { key, symbol, value } of usualConstants(optimizer)) {
    const message = `${symbol} of its ${row.label} is ${numberText(value)}, where the file has ${numberText(settings[key])}`;
    yield { kind: 'optimizer', program: { ...base, optimizer: { ...optimizer, [key]: value } }, message };
  }
  if (row.constants.some(({ key }) => key === 'momentum')) {
    for (const dampening of [...FRACTIONS.slice(1), 0.1, 0.01, 0.2].sort((a, b) => b - a)) {
      const message = `its momentum has a dampening of ${numberText(dampening)}: v := μv + (1 − ${numberText(dampening)}) ∂J/∂θ`;
      yield { kind: 'optimizer', program: { ...base, dampening }, message };
    }
  }
  for (const weightDecay of DECAYS.slice(1)) {
    const message = `its optimizer has a weight decay of ${numberText(weightDecay)}, which adds ${numberText(weightDecay)} θ to the gradient`;
    yield { kind: 'optimizer', program: { ...base, weightDecay }, message };
  }
  yield* others(base, optimizer);
}

/** Each constant of an optimizer that it might have otherwise, one at a time. */
function* usualConstants(optimizer: Optimizer): Generator<{
  readonly key: keyof OptimizerConstants;
  readonly symbol: string;
  readonly value: number;
}> {
  const settings = settingsOf(optimizer);
  for (const { key, symbol, range } of OPTIMIZERS[optimizer.type].constants) {
    for (const value of USUAL[range]) if (value !== settings[key]) yield { key, symbol, value };
  }
}

/** The other optimizers with their usual constants: at the file’s η, then at one of their own. */
function* others(base: RecordedProgram, optimizer: Optimizer): Generator<Candidate, void> {
  const names = (Object.keys(OPTIMIZERS) as OptimizerName[]).filter(
    (name) => name !== optimizer.type && OPTIMIZERS[name].kind === 'elementwise',
  );
  for (const fitsRate of [false, true]) {
    for (const type of names) {
      const usual: Optimizer = { type, learningRate: optimizer.learningRate };
      const variants = [...usualConstants(usual)].map(({ key, value }) => ({ ...usual, [key]: value }));
      const what = `it steps by ${OPTIMIZERS[type].label}, where the file has ${OPTIMIZERS[optimizer.type].label}`;
      for (const other of [usual, ...variants]) {
        yield {
          kind: 'optimizer',
          program: { ...base, optimizer: other, ...(fitsRate && { fitsRate }) },
          message: fitsRate ? (explained) => `${what}, with η = ${numberText(explained.rates[0] ?? NaN)}` : what,
        };
      }
    }
  }
}

function ratesInWords({ rates }: Explanation, fileRate: number): string {
  const differs = (rate: number, from: number): boolean => Math.abs(rate - from) > 1e-6 * Math.abs(from);
  const first = rates.findIndex((rate) => differs(rate, fileRate));
  const rate = rates[first] ?? NaN;
  const file = `where the file has ${numberText(fileRate)}`;
  const rest = rates.slice(first);
  if (first === 0 && rest.every((one) => !differs(one, rate)))
    return `its learning rate is ${numberText(rate)}, ${file}`;
  const before = rates[first - 1] ?? fileRate;
  const ratio = rate / before;
  const isGeometric =
    rest.length > 2 && rest.every((one, index) => index === 0 || !differs(one / (rest[index - 1] ?? NaN), ratio));
  const law = isGeometric ? `, and each further one ${numberText(ratio)} times the one before` : '';
  return `its learning rate changes from step to step: it is ${numberText(rate)} there, ${file}${law}`;
}

function numberText(value: number): string {
  return formatNumber(value, 6);
}

/** Whether the program is about as far from what some orders of the rows lead to as these are from each other. */
function* isAnotherOrder(
  replay: Replay,
  { thetas }: RecordedRun,
  ours: RecordedProgram,
  record: number,
): Generator<void, boolean> {
  const ends: Float64Array[] = [];
  for (let seed = 1; seed <= ORDERS; seed++) {
    const end = yield* replay.after(record, ours, { ...ours, order: { seed } });
    if (end) ends.push(end);
  }
  const mean = ends[0]?.map((_, k) => ends.reduce((sum, end) => sum + (end[k] ?? NaN), 0) / ends.length);
  const distance = (theta: Float64Array | undefined): number =>
    Math.sqrt(theta?.reduce((sum, value, k) => sum + (value - (mean?.[k] ?? NaN)) ** 2, 0) ?? NaN);
  return distance(thetas[record]) <= SPREAD * Math.max(...ends.map(distance));
}
