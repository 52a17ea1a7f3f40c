/** Causes that are seen where training ends. */

import { ACTIVATIONS } from '../../functions';
import type { Pausing } from '../../check/steps';
import { layerAt } from '../../network';
import type { Change } from '../changes';
import type { Examination, Proposal } from '../examination';
import type { Finding } from '../finding';
import { type Cause, nothing } from './cause';
import { lateDecline } from './steps';
import { withOtherWeights } from './structure';
import { counted, number } from './words';

/** A Newton step along the steepest bend would gain less than this part of what there is to learn. */
const STILL = 1e-3;
/** λ_min below this part of −|λ_max| leads down. */
const DOWN = 1e-3;
/** Other initial weights that are tried. */
const SEEDS = 16;
/** Of the last fifth of a run, the part by which J falls where it has come to rest. */
const AT_REST = 1e-2;
/** Of more rows than these a third is held out, */
const FEW = 20;
/** where a hidden layer must leave at most this part of a line's loss. */
const HOLDS = 0.75;
/** Hidden layers of more units are not narrow. */
const NARROW = 3;

const penaltyDominates: Cause = {
  code: 'penalty-dominates',
  explainedBy: ['frozen-all', 'constant-output', 'diverged'],
  *find(examination) {
    const { l1, l2 } = examination.network.regularization;
    const { optimizer } = examination.network.training;
    if ((l1 === 0 && l2 === 0) || examination.learnsWell) return nothing;
    const without: Change = { key: 'regularization', l1: 0, l2: 0 };
    const weaker: Change = { key: 'regularization', l1: l1 / 100, l2: l2 / 100 };
    const remedy = yield* examination.mend([
      { message: 'Make the penalty a hundred times weaker.', changes: [weaker] },
      { message: 'Leave the penalty out.', changes: [without] },
    ]);
    if (!remedy) return nothing;
    const { penalty, loss } = examination.end.analysis;
    const message = `The penalty decides: with λ₁ = ${number(l1)} and λ₂ = ${number(l2)} the loss of the rows stays at ${number(examination.run.loss)}; with a weaker one it goes to ${number(remedy.lossAfter)}.`;
    const evidence = { l1, l2, penalty, loss, lossOfRows: examination.run.loss, learningRate: optimizer.learningRate };
    return [{ severity: examination.severityOf(remedy), message, evidence, remedy }];
  },
};

const tooLittleCapacity: Cause = {
  code: 'too-little-capacity',
  explainedBy: [
    ...(['frozen-all', 'constant-output', 'zero-gradient', 'diverged', 'step-too-large', 'penalty-dominates'] as const),
    ...(['step-too-small', 'targets-out-of-range', 'unscaled-inputs', 'noisy-gradient', 'saturated-units'] as const),
  ],
  *find(examination) {
    const { network, samples } = examination;
    const hidden = network.layers.slice(1, -1);
    const isLinear = hidden.every(({ activation }) => ACTIVATIONS[activation.type].isIdentity);
    if (examination.learnsWell) return nothing;
    if (!isLinear) return yield* tooNarrow(examination);
    // What a line can do at its best: the loss of one layer is convex.
    const best = yield* examination.try(atItsBest(examination), 100);
    if (examination.isBetter(best.loss)) return nothing;
    const remedy = yield* examination.mend(withHidden(examination));
    if (!remedy) return nothing;
    if (samples.count > FEW) {
      // More units fit the noise of many rows better, too: only what also holds for rows not learned is missing.
      const line = yield* examination.heldOut(atItsBest(examination), 100);
      if (!((yield* examination.heldOut(remedy.changes, remedy.epochs)) < HOLDS * line)) return nothing;
    }
    const reached = Math.min(best.loss, examination.run.loss);
    const without = hidden.length === 0 ? 'has no hidden layer' : 'has no activation but identity in its hidden layers';
    const message = `The network ${without}, so that it can only draw a straight line (plane): over these ${counted(samples.count, 'row')} the best it reaches is J = ${number(reached)}. With a hidden layer J goes to ${number(remedy.lossAfter)}.`;
    const evidence = { bestLinearLoss: reached, lossWithHiddenLayer: remedy.lossAfter };
    return [{ severity: examination.severityOf(remedy), message, evidence, remedy }];
  },
};

/** A hidden layer of so few units that others fit the rows that were held out much better. */
function* tooNarrow(examination: Examination): Pausing<readonly Omit<Finding, 'code'>[]> {
  const { network, samples, epochs } = examination;
  const hidden = network.layers.slice(1, -1).map(({ units }, l) => ({ layer: l + 2, units }));
  const [narrowest] = hidden.sort((a, b) => a.units - b.units);
  const inputs = layerAt(network, 1).units;
  if (!examination.learnsPoorly || !narrowest || narrowest.units > NARROW || samples.count <= FEW) return nothing;
  const most = Math.floor(samples.count / (2 * inputs + 4));
  const value = Math.min(16, Math.max(4 * narrowest.units, most));
  const wider: Change[] = [{ key: 'units', layer: narrowest.layer, value }];
  const what = `Use ${String(value)} units in layer ${String(narrowest.layer)}`;
  const adam: Change = { key: 'optimizer', type: 'adam', learningRate: 0.02 };
  const long = Math.max(epochs, 1000);
  const remedy = yield* examination.mend([
    { message: `${what}.`, changes: wider },
    {
      message: `${what}, and train with adam for ${String(long)} epochs.`,
      changes: [...wider, adam, { key: 'epochs', value: long }],
      epochs: long,
    },
  ]);
  if (!remedy) return nothing;
  // The same training of the network as it is: what is missing is units, not steps; and what they fit is not noise.
  const steps = remedy.changes.filter(({ key }) => key !== 'units');
  const asItIs = yield* examination.try(steps, remedy.epochs);
  if (examination.isBetter(asItIs.loss)) return nothing;
  const held = yield* examination.heldOut(steps, remedy.epochs);
  if (!((yield* examination.heldOut(remedy.changes, remedy.epochs)) < HOLDS * held)) return nothing;
  const { layer, units } = narrowest;
  const message = `Layer ${String(layer)} has ${counted(units, 'unit')}, too few for these data: J ends at ${number(examination.run.loss)}, where one output for all rows gives ${number(examination.reference.constant)}. With ${String(value)} units it goes to ${number(remedy.lossAfter)}.`;
  const evidence = { units, lossWithMoreUnits: remedy.lossAfter, unitsTried: value };
  return [{ severity: examination.severityOf(remedy), layer, message, evidence, remedy }];
}

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
        : `J does not bend, but goes down to ${number(beyond)} from a small distance`;
      const message = `${when} on a saddle: ‖∇J‖₂ = ${number(gradientNorm)}, and ${bends} (λ_min = ${number(smallest.value)}, λ_max = ${number(largest.value)}). There is a way down, but hardly a gradient that leads to it.`;
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
    const message = `Training comes to rest at J = ${number(run.loss)}, far above what the same network reaches from other initial weights: ${number(best.loss)} with seed ${String(best.seed)} (${counted(losses.length, 'seed')} tried).`;
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
    const message = `This is a minimum: ‖∇J‖₂ = ${number(found.gradientNorm)}, and J bends down in no direction (λ_min = ${number(least)}). From here, J = ${number(examination.run.loss)} is as good as it gets.`;
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
  *find(examination) {
    const { rows } = examination.run;
    const held = rows.validationLoss;
    if (held.length < 3) return nothing;
    const best = held.reduce((at, loss, k) => (loss < (held[at] ?? NaN) ? k : at), 0);
    const [least, last] = [held[best] ?? NaN, held.at(-1) ?? NaN];
    const [then, now] = [rows.loss[best] ?? NaN, rows.loss.at(-1) ?? NaN];
    const scale = Math.max(examination.reference.constant, 1e-12);
    if (best === held.length - 1 || !(last > 1.1 * least) || last - least < 0.05 * scale || !(now < then))
      return nothing;
    const epoch = rows.epochs[best] ?? 0;
    // The run was there: its own held-out loss is what stopping then gives.
    const remedy = {
      message: `Stop after ${counted(epoch, 'epoch')} ("stop": { "patience": … }), or add an l2 penalty, or more rows.`,
      changes: [{ key: 'epochs', value: Math.max(1, epoch) } as const],
      lossBefore: last,
      lossAfter: least,
      ofHeldOut: true as const,
      epochs: epoch,
    };
    const message = `The network learns the training rows by heart: since epoch ${String(epoch)} the loss of the held-out rows rises from ${number(least)} to ${number(last)}, while J falls from ${number(then)} to ${number(now)}.`;
    const evidence = { sinceEpoch: epoch, bestValidationLoss: least, validationLoss: last, loss: now };
    return [{ severity: last > 1.5 * least && last > scale ? 'severe' : 'warning', message, evidence, remedy }];
  },
};

export const PENALTY: Cause = penaltyDominates;
export const SADDLE: Cause = saddle;
export const PLACES: readonly Cause[] = [tooLittleCapacity, localMinimum, minimumReached, overfitting];

const normOf = ({ end }: Examination): number => Math.sqrt(end.analysis.gradient.reduce((sum, g) => sum + g * g, 0));

/** L-BFGS over all rows, without the penalty. */
function atItsBest({ network }: Examination): Change[] {
  const { l1, l2 } = network.regularization;
  return [
    { key: 'standardize' },
    { key: 'batchSize', value: 'full' },
    { key: 'optimizer', type: 'lbfgs', learningRate: 1 },
    ...(l1 + l2 > 0 ? [{ key: 'regularization', l1: 0, l2: 0 } as const] : []),
  ];
}

function withHidden({ network, epochs, samples }: Examination): Proposal[] {
  const inputs = layerAt(network, 1).units;
  // So few parameters that they cannot learn many rows by heart.
  const units = Math.min(16, Math.max(samples.count > 20 ? 4 : 8, Math.floor(samples.count / (2 * inputs + 4))));
  const hidden = network.layers
    .slice(1, -1)
    .map((_, l): Change => ({ key: 'activation', layer: l + 2, value: 'tanh' }));
  const first: Change[] = hidden.length > 0 ? hidden : [{ key: 'hiddenLayer', units, activation: 'tanh' }];
  const what =
    hidden.length > 0 ? 'Use tanh in the hidden layers' : `Add a hidden layer of ${String(units)} tanh units`;
  const adam: Change = { key: 'optimizer', type: 'adam', learningRate: 0.02 };
  const long = Math.max(epochs, 1000);
  return [
    { message: `${what}.`, changes: first },
    {
      message: `${what}, and train with adam for ${String(long)} epochs.`,
      changes: [...first, adam, { key: 'epochs', value: long }],
      epochs: long,
    },
  ];
}

function faster({ network }: Examination): Proposal {
  const learningRate = Math.max(0.05, network.training.optimizer.learningRate);
  return {
    message: `Use adam with a learning rate of ${number(learningRate)}.`,
    changes: [{ key: 'optimizer', type: 'adam', learningRate }],
  };
}
