/** Networks that are too small for their data. */

import type { Pausing } from '../../check/steps';
import { ACTIVATIONS } from '../../functions';
import { layerAt } from '../../network';
import type { Change } from '../changes';
import type { Examination, Proposal } from '../examination';
import type { Finding } from '../finding';
import { type Cause, nothing } from './cause';
import { fourDigits } from './words';
import { counted } from '../../notation';

/** Of more rows than these a third is held out, */
const FEW = 20;
/** where a hidden layer must leave at most this part of a line's loss. */
const HOLDS = 0.75;
/** Hidden layers of more units are not narrow. */
const NARROW = 3;

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
    const message = `The network ${without}, so that it can only draw a straight line (plane): over these ${counted(samples.count, 'row')} the best it reaches is J = ${fourDigits(reached)}. With a hidden layer J goes to ${fourDigits(remedy.lossAfter)}.`;
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
  // Of a network that learns a good part, what else was found explains the rest.
  if (!examination.learnsPoorly && examination.found.size > 0) return nothing;
  if (!narrowest || narrowest.units > NARROW || samples.count <= FEW) return nothing;
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
  const message = `Layer ${String(layer)} has ${counted(units, 'unit')}, too few for these data: J ends at ${fourDigits(examination.run.loss)}, where one output for all rows gives ${fourDigits(examination.reference.constant)}. With ${String(value)} units it goes to ${fourDigits(remedy.lossAfter)}.`;
  const evidence = { units, lossWithMoreUnits: remedy.lossAfter, unitsTried: value };
  return [{ severity: examination.severityOf(remedy), layer, message, evidence, remedy }];
}

export const CAPACITY: Cause = tooLittleCapacity;

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
