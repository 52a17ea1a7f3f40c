/** Causes that stand in the size and the number of the steps. */

import { OPTIMIZERS } from '../../functions';
import { scheduledRate } from '../../functions/schedules';
import type { Pausing } from '../../check/steps';
import type { EpochRows } from '../../epochs';
import type { Network } from '../../network';
import type { Change } from '../changes';
import type { Examination, Proposal } from '../examination';
import type { Finding } from '../finding';
import { counted } from '../../notation';
import { type Cause, nothing, type Statement } from './cause';
import { fourDigits } from './words';

/** Rates that are tried below the file's, as parts of it. */
const SMALLER = [0.1, 0.01, 0.001, 1e-4, 1e-5, 1e-6];
/** And above it. */
const LARGER = [10, 100, 1000, 1e4];
/** J rises so often in a run over all rows that oscillates. */
const OFTEN = 0.2;
/** Of the last fifth of a run, the part of J above the floor by which it still falls where steps are worth more of them. */
const STILL = 1e-7;
/** J goes up and down by this part of itself where the noise of the targets hides how far off it is. */
const RESTLESS = 0.05;
/** A schedule that ends below this part of the rate that it began with leaves no steps to take. */
const FADED = 1e-2;
/** J is rounding noise below this part of where it began. */
const ROUNDING = 1e-12;
/** Fewer epochs say little of a network. */
const FEW = 20;
/** What is severe in so few steps leaves nearly all to be learned. */
const LITTLE = 0.25;

const stepTooLarge: Cause = {
  code: 'step-too-large',
  seenInEpochs: ({ network, rows }) => oscillation(network, rows),
  explainedBy: ['frozen-all', 'constant-output', 'penalty-dominates'],
  *find(examination) {
    const { network, run } = examination;
    if (examination.learnsWell) return nothing;
    const { learningRate } = network.training.optimizer;
    const losses = run.rows.loss;
    const rising = risingShare(losses);
    const most = losses.reduce((max, loss) => Math.max(max, loss), 0);
    const jumped = most > 1.5 * (losses[0] ?? NaN) && most > 2 * examination.reference.constant;
    const found = yield* examination.curvature(examination.start);
    const stable = found?.largestStableLearningRate ?? null;
    const { isUnscaled } = OPTIMIZERS[network.training.optimizer.type];
    const isAbove = isUnscaled && stable !== null && learningRate > stable;
    if (run.end !== 'diverged' && !jumped && !isAbove && rising < OFTEN) return nothing;
    const remedy = yield* examination.mend([...lessMomentum(examination), ...smallerRates(examination)]);
    if (!remedy) {
      // Where neither is shown to help, a rate far above the largest stable one still is the fault.
      if (run.end !== 'diverged') return nothing;
    }
    const signs = [
      ...(isAbove ? [`the largest stable learning rate at the start is 2/λ_max = ${fourDigits(stable)}`] : []),
      ...(run.end === 'diverged' ? ['J is not finite in the end'] : jumped ? [`J jumps to ${fourDigits(most)}`] : []),
      ...(rising >= OFTEN ? [`J rises in ${fourDigits(100 * rising)} % of the epochs`] : []),
    ];
    const { momentum } = network.training.optimizer;
    const isMomentum =
      momentum !== undefined && lessMomentum(examination).some(({ message }) => message === remedy?.message);
    const what = isMomentum
      ? `The momentum ${fourDigits(momentum)} is too large: a step adds up to ${fourDigits(1 / (1 - momentum))} times η ∂J/∂θ`
      : `The learning rate ${fourDigits(learningRate)} is too large`;
    const message = `${what}: ${signs.join(', and ')}.`;
    const evidence = {
      learningRate,
      ...(found && { lambdaMax: found.largest.value }),
      ...(stable !== null && { largestStableLearningRate: stable }),
      risingShare: rising,
      largestLoss: most,
      ...(momentum !== undefined && { momentum }),
    };
    const severity = run.end === 'diverged' ? 'severe' : examination.severityOf(remedy);
    return [{ severity, message, evidence, remedy }];
  },
};

const stepTooSmall: Cause = {
  code: 'step-too-small',
  explainedBy: [
    ...([
      'frozen-all',
      'constant-output',
      'zero-gradient',
      'identical-units',
      'dead-units',
      'saturated-units',
    ] as const),
    ...(['diverged', 'step-too-large', 'targets-out-of-range', 'penalty-dominates', 'loss-mismatch'] as const),
    ...(['vanishing-gradient', 'exploding-gradient', 'unscaled-inputs', 'noisy-gradient'] as const),
  ],
  *find(examination) {
    const { network, run, epochs } = examination;
    const { learningRate } = network.training.optimizer;
    if (examination.learnsWell || !examination.isWhole || epochs === 0) return nothing;
    if (OPTIMIZERS[network.training.optimizer.type].kind === 'search') return nothing;
    if (examination.found.has('step-too-large')) return nothing;
    const ended = yield* endedEarly(examination);
    if (ended) return [ended];
    const decline = lateDecline(run.rows.loss, examination.reference.floor);
    if (!(decline > STILL)) return nothing;
    // From where the run ended, larger or more steps go on to much less.
    if (!(yield* goesOn(examination))) return nothing;
    const remedy = yield* examination.mend([
      ...largerRates(examination),
      ...withAdam(examination),
      ...longer(examination),
    ]);
    if (!remedy) return nothing;
    const halving = Math.ceil((Math.LN2 / -Math.log1p(-Math.min(decline, 0.999))) * Math.max(1, Math.ceil(epochs / 5)));
    const first = run.rows.loss[0] ?? NaN;
    const message = `The steps are too small, or too few: J goes from ${fourDigits(first)} to ${fourDigits(run.loss)} in ${counted(run.epochs, 'epoch')}, and at this rate it takes ${counted(halving, 'more epoch')} to halve it.`;
    const evidence = {
      learningRate,
      epochs: run.epochs,
      lossBefore: first,
      lossAfter: run.loss,
      epochsToHalve: halving,
    };
    const isSevere = examination.share < LITTLE && epochs >= FEW;
    return [{ severity: isSevere ? 'severe' : 'warning', message, evidence, remedy }];
  },
};

/** Steps that a rule of the file ends, or that its schedule has made next to nothing. */
function* endedEarly(examination: Examination): Pausing<Omit<Finding, 'code'> | null> {
  const { run, network } = examination;
  const { optimizer, schedule, stop } = network.training;
  const rule = Object.entries(stop as Readonly<Record<string, number>>).find(([key]) => key === run.end);
  const lastRate = schedule ? scheduledRate(schedule, run.epochs, optimizer.learningRate) : optimizer.learningRate;
  const fades = schedule !== undefined && lastRate < FADED * optimizer.learningRate;
  if (!rule && !fades) return null;
  const of = rule ? 'stop' : 'schedule';
  const without: Change = { key: 'leaveOut', of };
  const what = `Leave "${of}" out`;
  const remedy = yield* examination.mend([
    { message: `${what}.`, changes: [without] },
    ...largerRates(examination).map(({ message, changes }) => ({
      message: `${what}. ${message}`,
      changes: [without, ...changes],
    })),
  ]);
  if (!remedy) return null;
  const first = run.rows.loss[0] ?? NaN;
  const why = rule
    ? `the rule "stop": { "${rule[0]}": ${fourDigits(rule[1])} } ends training after ${counted(run.epochs, 'epoch')} of ${String(network.training.epochs)}`
    : `the schedule takes the learning rate from ${fourDigits(optimizer.learningRate)} down to ${fourDigits(lastRate)}`;
  const message = `The steps are too few, or too small: ${why}. J goes from ${fourDigits(first)} to ${fourDigits(run.loss)}.`;
  const evidence = {
    epochs: run.epochs,
    learningRate: optimizer.learningRate,
    lastLearningRate: lastRate,
    lossAfter: run.loss,
  };
  const isSevere = examination.share < LITTLE;
  return { severity: isSevere ? 'severe' : 'warning', message, evidence, remedy };
}

const noisyGradient: Cause = {
  code: 'noisy-gradient',
  explainedBy: ['frozen-all', 'constant-output', 'zero-gradient', 'identical-units', 'diverged', 'dead-units'],
  *find(examination) {
    const { network, samples, run } = examination;
    const { batchSize } = network.training;
    if (batchSize === 'full' || batchSize >= samples.count || examination.learnsWell) return nothing;
    const losses = run.rows.loss;
    const wobble = late(losses);
    if (!(wobble > 0.02)) return nothing;
    const sizes = [8 * batchSize, samples.count].filter((size) => size < samples.count);
    const all: Proposal = {
      message: 'Take all rows in each step.',
      changes: [{ key: 'batchSize', value: 'full' }],
    };
    const larger = sizes.map((value) => ({
      message: `Take ${String(value)} rows a step.`,
      changes: [{ key: 'batchSize', value }] as const,
    }));
    const remedy =
      (yield* examination.mend([...larger, all])) ?? (wobble > RESTLESS ? yield* examination.improve(all) : null);
    if (!remedy) return nothing;
    const message = `The gradient of ${counted(batchSize, 'row')} is too noisy for this learning rate: in the last third of the run J goes up and down by ${fourDigits(100 * wobble)} % from epoch to epoch and does not settle.`;
    return [
      {
        severity: examination.severityOf(remedy),
        message,
        evidence: { batchSize, rows: samples.count, wobble },
        remedy,
      },
    ];
  },
};

export const LARGE_STEPS: Cause = stepTooLarge;
export const NOISE: Cause = noisyGradient;
export const SMALL_STEPS: Cause = stepTooSmall;

export const standardizing: Proposal = {
  message: 'Standardize the inputs: "standardize": true in "data".',
  changes: [{ key: 'standardize' }],
};

/** Momentum above this is more than is usual. */
const USUAL_MOMENTUM = 0.95;

/** The optimizer's default, where the file's momentum is far above it. */
function lessMomentum({ network }: Examination): Proposal[] {
  const { type, learningRate, momentum } = network.training.optimizer;
  if (momentum === undefined || momentum <= USUAL_MOMENTUM) return [];
  const usual: Change = { key: 'optimizer', type, learningRate };
  const slower: Change = { key: 'optimizer', type, learningRate: Number((learningRate / 10).toPrecision(3)) };
  return [
    { message: 'Set the momentum to 0.9.', changes: [usual] },
    {
      message: `Set the momentum to 0.9 and the learning rate to ${fourDigits(slower.learningRate)}.`,
      changes: [slower],
    },
  ];
}

/** Smaller learning rates, the largest first. */
export function smallerRates({ network }: Examination): Proposal[] {
  const { learningRate } = network.training.optimizer;
  return SMALLER.map((part) => rateOf(learningRate * part));
}

/** Larger learning rates, the smallest first. */
export function largerRates({ network }: Examination): Proposal[] {
  return LARGER.map((times) => rateOf(network.training.optimizer.learningRate * times));
}

function withAdam({ network }: Examination): Proposal[] {
  const adam: Change = { key: 'optimizer', type: 'adam', learningRate: 0.05 };
  if (network.training.optimizer.type === 'adam') return [];
  return [{ message: 'Use adam with a learning rate of 0.05.', changes: [adam] }];
}

function longer({ epochs }: Examination): Proposal[] {
  return [10, 100].map((times) => ({
    message: `Train for ${String(epochs * times)} epochs.`,
    changes: [{ key: 'epochs', value: epochs * times }],
    epochs: epochs * times,
  }));
}

function rateOf(rate: number): Proposal {
  const value = Number(rate.toPrecision(3));
  return { message: `Set the learning rate to ${fourDigits(value)}.`, changes: [{ key: 'learningRate', value }] };
}

/** Whether steps that are larger, or more of them, lead on from the end of the run. */
function* goesOn(examination: Examination): Pausing<boolean> {
  const { epochs } = examination;
  const proposals = [...largerRates(examination), ...longer(examination).slice(0, 1)];
  for (const { changes, epochs: run = epochs } of proposals) {
    const { loss } = yield* examination.try(changes, run, { theta: examination.end.theta, name: 'end' });
    if (examination.isBetter(loss)) return true;
  }
  return false;
}

/**
 * Gradient descent over all rows whose J rises often in the second half of its epochs, and is no smaller at their end: along −∇J
 * it would fall if the steps were small. Momentum and batches go up and down by themselves.
 */
function oscillation({ training }: Network, { epochs, loss }: EpochRows): Statement | undefined {
  const { optimizer, batchSize } = training;
  if (optimizer.type !== 'gd' || batchSize !== 'full' || loss.length < FEW) return undefined;
  const half = loss.length >> 1;
  const late = loss.subarray(half);
  const [from, to] = [late[0] ?? NaN, late.at(-1) ?? NaN];
  const rising = risingShare(late);
  // What is left of a J that has come down to rounding goes up and down.
  if (!(rising >= OFTEN) || !(to >= 0.9 * from) || !(to > ROUNDING * (loss[0] ?? NaN))) return undefined;
  const message = `The steps are too large: J rises in ${fourDigits(100 * rising)} % of the epochs from ${String(epochs[half])} to ${String(epochs.at(-1))}, and goes from ${fourDigits(from)} to ${fourDigits(to)}.`;
  return { units: [], message, evidence: { risingShare: rising, lossBefore: from, lossAfter: to } };
}

/** The share of epochs after which J is larger than before. */
function risingShare(losses: Float64Array): number {
  let rises = 0;
  for (let k = 1; k < losses.length; k++) if ((losses[k] ?? NaN) > (losses[k - 1] ?? NaN) * (1 + 1e-9)) rises++;
  return losses.length < 3 ? 0 : rises / (losses.length - 1);
}

/** By what part of itself J above the floor falls in the last fifth of the run. */
export function lateDecline(losses: Float64Array, floor: number): number {
  const from = losses[Math.floor((losses.length - 1) * 0.8)] ?? NaN;
  return (from - (losses.at(-1) ?? NaN)) / (from - floor);
}

/** The typical |change| of J from epoch to epoch in the last third of the run, as a part of J. */
function late(losses: Float64Array): number {
  const part = losses.subarray(Math.floor((2 * losses.length) / 3));
  let [rises, sum] = [0, 0];
  for (let k = 1; k < part.length; k++) {
    const change = (part[k] ?? NaN) / (part[k - 1] ?? NaN) - 1;
    if (change > 0) rises++;
    sum += Math.abs(change);
  }
  // A J that only falls is not noisy.
  return rises < part.length / 5 ? 0 : sum / Math.max(1, part.length - 1);
}
