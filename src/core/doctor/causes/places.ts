/** Causes that are seen where training ends. */

import type { Pausing } from '../../check/steps';
import type { EpochRows } from '../../epochs';
import { settingsOf } from '../../functions/optimizers';
import type { Change } from '../changes';
import type { Examination, Proposal } from '../examination';
import type { Finding } from '../finding';
import { type Cause, nothing } from './cause';
import { lateDecline } from './steps';
import { withOtherWeights } from './structure';
import { fourDigits } from './words';
import { counted } from '../../notation';

/** A Newton step along the steepest bend would gain less than this part of what there is to learn. */
const STILL = 1e-3;
/** λ_min below this part of −|λ_max| leads down. */
const DOWN = 1e-3;
/** Other initial weights that are tried. */
const SEEDS = 16;
/** Of the last fifth of a run, the part by which J falls where it has come to rest. */
const AT_REST = 1e-2;

const penaltyDominates: Cause = {
  code: 'penalty-dominates',
  explainedBy: ['frozen-all', 'constant-output', 'diverged'],
  *find(examination) {
    const { l1, l2 } = examination.network.regularization;
    const { optimizer } = examination.network.training;
    if (examination.learnsWell) return nothing;
    if (l1 === 0 && l2 === 0) return yield* decayDominates(examination);
    const without: Change = { key: 'regularization', l1: 0, l2: 0 };
    const weaker: Change = { key: 'regularization', l1: l1 / 100, l2: l2 / 100 };
    const remedy = yield* examination.mend([
      { message: 'Make the penalty a hundred times weaker.', changes: [weaker] },
      { message: 'Leave the penalty out.', changes: [without] },
    ]);
    if (!remedy) return nothing;
    const { penalty, loss } = examination.end.analysis;
    const message = `The penalty decides: with λ₁ = ${fourDigits(l1)} and λ₂ = ${fourDigits(l2)} the loss of the rows stays at ${fourDigits(examination.run.loss)}; with a weaker one it goes to ${fourDigits(remedy.lossAfter)}.`;
    const evidence = { l1, l2, penalty, loss, lossOfRows: examination.run.loss, learningRate: optimizer.learningRate };
    return [{ severity: examination.severityOf(remedy), message, evidence, remedy }];
  },
};

const saddle: Cause = {
  code: 'saddle',
  explainedBy: [
    ...(['frozen-all', 'diverged', 'step-too-large', 'penalty-dominates', 'dead-units', 'vanishing-gradient'] as const),
    ...(['targets-out-of-range', 'saturated-units', 'unscaled-inputs', 'loss-mismatch', 'noisy-gradient'] as const),
  ],
  *find(examination) {
    const { run, end, start, reference } = examination;
    if (examination.learnsWell || reference.floor >= run.loss) return nothing;
    // What was a saddle at the start is left where J has fallen since.
    const hasLeft = examination.firstLoss - run.loss > 0.1 * examination.learnable;
    for (const at of hasLeft ? [end] : [end, start]) {
      const found = yield* examination.curvature(at);
      if (!found) continue;
      const { gradientNorm, largest, smallest } = found;
      const bend = Math.max(Math.abs(smallest.value), DOWN * Math.abs(largest.value));
      if (!(gradientNorm ** 2 <= 2 * bend * STILL * examination.learnable)) continue;
      const goesDown = smallest.value < -DOWN * Math.abs(largest.value);
      // Where J bends down in no direction it may still go down further off.
      const beyond = yield* examination.beyond(at);
      if (!goesDown && !(yield* examination.leadsDown(at))) continue;
      const remedy = yield* examination.mend([...withOtherWeights(examination).slice(0, 1), faster(examination)]);
      const when = at === end ? 'Training ends' : 'Training starts';
      const bends = goesDown
        ? 'J bends down in a direction'
        : `J does not bend, but goes down to ${fourDigits(beyond)} from a small distance`;
      const message = `${when} on a saddle: ‖∇J‖₂ = ${fourDigits(gradientNorm)}, and ${bends} (λ_min = ${fourDigits(smallest.value)}, λ_max = ${fourDigits(largest.value)}). There is a way down, but hardly a gradient that leads to it.`;
      const evidence = { gradientNorm, lambdaMin: smallest.value, lambdaMax: largest.value, lossBeyond: beyond };
      return [{ severity: examination.severityOf(remedy), message, evidence, remedy }];
    }
    return nothing;
  },
};

const localMinimum: Cause = {
  code: 'local-minimum',
  explainedBy: [
    ...(['frozen-all', 'constant-output', 'zero-gradient', 'identical-units', 'dead-units', 'diverged'] as const),
    ...([
      'step-too-large',
      'step-too-small',
      'penalty-dominates',
      'too-little-capacity',
      'targets-out-of-range',
    ] as const),
    ...([
      'saddle',
      'saturated-units',
      'vanishing-gradient',
      'exploding-gradient',
      'unscaled-inputs',
      'noisy-gradient',
    ] as const),
  ],
  *find(examination) {
    const { network, run, found } = examination;
    if (examination.learnsWell || network.layers.length < 3 || !examination.isWhole) return nothing;
    // Where steps are missing it is not the place that holds it.
    if (found.has('step-too-small')) return nothing;
    if (!(lateDecline(run.rows.loss, examination.reference.floor) < AT_REST)) return nothing;
    const losses: number[] = [];
    let best: { readonly seed: number; readonly loss: number } | undefined;
    for (let k = 1; k <= SEEDS; k++) {
      const seed = (network.seed + k) % 2 ** 32;
      const { loss } = yield* examination.try([{ key: 'seed', value: seed }]);
      losses.push(loss);
      if (!best || loss < best.loss) best = { seed, loss };
      if (examination.isBetter(best.loss)) break;
    }
    if (!best || !examination.isBetter(best.loss)) return nothing;
    const remedy = {
      message: `Start from other weights: "seed": ${String(best.seed)}. More hidden units make such places rarer.`,
      changes: [{ key: 'seed', value: best.seed } as const],
      lossBefore: run.loss,
      lossAfter: best.loss,
      epochs: examination.epochs,
    };
    const message = `Training comes to rest at J = ${fourDigits(run.loss)}, far above what the same network reaches from other initial weights: ${fourDigits(best.loss)} with seed ${String(best.seed)} (${counted(losses.length, 'seed')} tried).`;
    const evidence = {
      loss: run.loss,
      bestLoss: best.loss,
      seed: best.seed,
      seedsTried: losses.length,
      gradientNorm: normOf(examination),
    };
    return [{ severity: examination.severityOf(remedy), message, evidence, remedy }];
  },
};

const minimumReached: Cause = {
  code: 'minimum-reached',
  explainedBy: [
    ...([
      'frozen-all',
      'constant-output',
      'zero-gradient',
      'diverged',
      'step-too-large',
      'step-too-small',
      'dead-units',
    ] as const),
    ...(['saturated-units', 'unscaled-inputs', 'targets-out-of-range', 'saddle', 'vanishing-gradient'] as const),
  ],
  *find(examination) {
    if (examination.run.loss - examination.reference.floor <= 1e-6 * examination.learnable) return nothing;
    const found = yield* examination.curvature(examination.end);
    if (!found || examination.epochs === 0) return nothing;
    const [most, least] = [found.largest.value, found.smallest.value];
    if (!(least >= -1e-6 * most) || !(found.gradientNorm <= 1e-4 * most)) return nothing;
    // A place that is flat in some direction need not be a minimum.
    if (yield* examination.leadsDown(examination.end)) return nothing;
    const message = `This is a minimum: ‖∇J‖₂ = ${fourDigits(found.gradientNorm)}, and J bends down in no direction (λ_min = ${fourDigits(least)}). From here, J = ${fourDigits(examination.run.loss)} is as good as it gets.`;
    const evidence = {
      gradientNorm: found.gradientNorm,
      lambdaMin: least,
      lambdaMax: most,
      loss: examination.run.loss,
    };
    return [{ severity: 'note', message, evidence, remedy: null }];
  },
};

const overfitting: Cause = {
  code: 'overfitting',
  explainedBy: ['frozen-all', 'diverged'],
  seenInEpochs: ({ rows }) => learnedByHeart(rows, rows.validationLoss[0] ?? NaN)?.statement,
  *find(examination) {
    const scale = Math.max(examination.reference.constant, 1e-12);
    const found = learnedByHeart(examination.run.rows, scale);
    if (!found) return nothing;
    const { epoch, least, last, statement } = found;
    // The run was there: its own held-out loss is what stopping then gives.
    const remedy = {
      message: `Stop after ${counted(epoch, 'epoch')} ("stop": { "patience": … }), or add an l2 penalty, or more rows.`,
      changes: [{ key: 'epochs', value: Math.max(1, epoch) } as const],
      lossBefore: last,
      lossAfter: least,
      ofHeldOut: true as const,
      epochs: epoch,
    };
    const { message, evidence } = statement;
    return [{ severity: last > 1.5 * least && last > scale ? 'severe' : 'warning', message, evidence, remedy }];
  },
};

/** A held-out loss that rises from its least by more than a part of `scale` while J falls. */
function learnedByHeart({ epochs, loss, validationLoss: held }: EpochRows, scale: number) {
  if (held.length < 3) return undefined;
  const best = held.reduce((at, value, k) => (value < (held[at] ?? NaN) ? k : at), 0);
  const [least, last] = [held[best] ?? NaN, held.at(-1) ?? NaN];
  const [then, now] = [loss[best] ?? NaN, loss.at(-1) ?? NaN];
  const isLast = best === held.length - 1;
  if (isLast || !(last > 1.1 * least) || last - least < 0.05 * scale || !(now < then)) return undefined;
  const epoch = epochs[best] ?? 0;
  const message = `The network learns the training rows by heart: since epoch ${String(epoch)} the loss of the held-out rows rises from ${fourDigits(least)} to ${fourDigits(last)}, while J falls from ${fourDigits(then)} to ${fourDigits(now)}.`;
  const evidence = { sinceEpoch: epoch, bestValidationLoss: least, validationLoss: last, loss: now };
  return { epoch, least, last, statement: { units: [], message, evidence } };
}

/** Weight decay is a penalty of the steps: J does not know of it. */
function* decayDominates(examination: Examination): Pausing<readonly Omit<Finding, 'code'>[]> {
  const { optimizer } = examination.network.training;
  const { weightDecay } = optimizer;
  const usual = settingsOf({ type: optimizer.type }).weightDecay ?? 0;
  if (weightDecay === undefined || weightDecay <= usual) return nothing;
  const { type, learningRate } = optimizer;
  const remedy = yield* examination.mend([
    {
      message: `Use the default weight decay of ${type}, ${fourDigits(usual)}.`,
      changes: [{ key: 'optimizer', type, learningRate }],
    },
  ]);
  if (!remedy) return nothing;
  const message = `The weight decay decides: each step makes the weights ${fourDigits(100 * learningRate * weightDecay)} % smaller, and the loss of the rows stays at ${fourDigits(examination.run.loss)}; with the default it goes to ${fourDigits(remedy.lossAfter)}.`;
  const evidence = { weightDecay, learningRate, lossOfRows: examination.run.loss };
  return [{ severity: examination.severityOf(remedy), message, evidence, remedy }];
}

export const PENALTY: Cause = penaltyDominates;
export const SADDLE: Cause = saddle;
export const PLACES: readonly Cause[] = [localMinimum, minimumReached, overfitting];

const normOf = ({ end }: Examination): number => Math.sqrt(end.analysis.gradient.reduce((sum, g) => sum + g * g, 0));

function faster({ network }: Examination): Proposal {
  const learningRate = Math.max(0.05, network.training.optimizer.learningRate);
  return {
    message: `Use adam with a learning rate of ${fourDigits(learningRate)}.`,
    changes: [{ key: 'optimizer', type: 'adam', learningRate }],
  };
}
