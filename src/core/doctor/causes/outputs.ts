/** Causes that stand in how output activation, loss and targets fit each other. */

import { divisorOf, lossFactor } from '../../cost';
import { ACTIVATIONS, LOSSES } from '../../functions';
import { targetsAreClasses } from '../../classes';
import { layerAt, type Network } from '../../network';
import type { Change } from '../changes';
import { type Examination, ignoresWrongOutputs, type Proposal } from '../examination';
import { type Cause, nothing } from './cause';
import { fourDigits, percent } from './words';

/** Targets out of range cost at least this part of what there is to learn. */
const COSTS = 0.02;

const targetsOutOfRange: Cause = {
  code: 'targets-out-of-range',
  explainedBy: ['frozen-all'],
  *find(examination) {
    const { network, samples, reference, judgedBy } = examination;
    const output = layerAt(network, network.layers.length);
    const { type } = output.activation;
    const [low, high] = outputRange(network);
    const outside = samples.targets.filter((y) => y < low || y > high);
    if (outside.length === 0) return nothing;
    const row = LOSSES[judgedBy.type];
    let missed = 0;
    for (const y of outside) missed += row.value(Math.min(high, Math.max(low, y)), y, judgedBy);
    missed *= lossFactor({ ...network, loss: judgedBy }) / divisorOf(network, samples);
    if (missed - reference.floor < COSTS * examination.learnable) return nothing;
    const layer = network.layers.length;
    const remedy = yield* examination.mend(withFreeOutput(examination));
    const [least, most] = [Math.min(...outside), Math.max(...outside)];
    const message = `${String(outside.length)} of ${String(samples.targets.length)} targets (${fourDigits(least)} to ${fourDigits(most)}) are outside of what ${type} can give (${interval(low, high)}): J cannot fall below ${fourDigits(missed)}.`;
    const evidence = {
      outside: outside.length,
      targets: samples.targets.length,
      smallest: least,
      largest: most,
      leastLoss: missed,
    };
    const severity = examination.learnsWell
      ? 'warning'
      : remedy || missed > 0.5 * examination.learnable
        ? 'severe'
        : 'warning';
    return [{ severity, layer, message, evidence, remedy }];
  },
};

const lossMismatch: Cause = {
  code: 'loss-mismatch',
  explainedBy: ['frozen-all', 'constant-output', 'targets-out-of-range'],
  *find(examination) {
    const { network, start, rows, samples, run } = examination;
    const layer = network.layers.length;
    const output = layerAt(network, layer);
    const row = ACTIVATIONS[output.activation.type];
    const { loss } = network;
    if (ignoresWrongOutputs(network)) {
      const outputs = examination.end.outputs;
      const mean = outputs.reduce((sum, a) => sum + a, 0) / outputs.length;
      const remedy = yield* examination.mend([
        ...(output.units > 1
          ? [
              {
                message: 'Use softmax for the outputs.',
                changes: [{ key: 'activation', layer, value: 'softmax' }] as const,
              },
            ]
          : []),
        { message: 'Use binaryCrossEntropy as the loss.', changes: [{ key: 'loss', value: 'binaryCrossEntropy' }] },
      ]);
      const message = `${loss.type} looks only at the outputs whose target is not 0, and ${output.activation.type} outputs need not sum to 1: J falls to 0 with every output at 1. After training the mean output is ${fourDigits(mean)}.`;
      return [
        {
          severity: 'severe',
          layer,
          message,
          evidence: { meanOutput: mean, loss: examination.end.analysis.dataLoss },
          remedy,
        },
      ];
    }
    if (examination.learnsWell || row.vector ? !row.vector || examination.learnsWell : !row.probabilities)
      return nothing;
    if (LOSSES[loss.type].needsProbabilities || !row.probabilities) return nothing;
    const accepts = LOSSES.binaryCrossEntropy.targets.accepts;
    if (!samples.targets.every((y) => accepts(y))) return nothing;
    let flat = 0;
    for (const [k, a] of start.outputs.entries()) {
      if (Math.abs(a - (rows.targets[k] ?? NaN)) > 0.5 && a * (1 - a) < 0.02) flat++;
    }
    const share = flat / start.outputs.length;
    if (share < 0.2) return nothing;
    const better = row.vector && targetsAreClasses(network, samples) ? 'crossEntropy' : 'binaryCrossEntropy';
    const remedy = yield* examination.mend([
      { message: `Use ${better} as the loss.`, changes: [{ key: 'loss', value: better }] },
    ]);
    if (!remedy) return nothing;
    const message = `${percent(share)} of the outputs are wrong and saturated before any step: there ${loss.type} has next to no gradient (a (1 − a) < 0.02), where that of ${better} is a − y. J goes from ${fourDigits(examination.firstLoss)} to ${fourDigits(run.loss)}.`;
    return [{ severity: examination.severityOf(remedy), layer, message, evidence: { saturatedWrong: share }, remedy }];
  },
};

export const OUTPUTS: readonly Cause[] = [targetsOutOfRange, lossMismatch];

/** What the output activation can give, its limits included. */
export function outputRange({ layers }: Pick<Network, 'layers'>): readonly [number, number] {
  const { activation } = layerAt({ layers }, layers.length);
  return ACTIVATIONS[activation.type].range(activation);
}

function interval(low: number, high: number): string {
  if (low === -Infinity) return `at most ${fourDigits(high)}`;
  return high === Infinity ? `at least ${fourDigits(low)}` : `${fourDigits(low)} to ${fourDigits(high)}`;
}

/** Identity at the output; where that is not enough for the steps, a smaller rate or scaled inputs too. */
function withFreeOutput({ network }: Examination): Proposal[] {
  const layer = network.layers.length;
  const free: Change = { key: 'activation', layer, value: 'identity' };
  const message = 'Use identity for the output';
  const rate = network.training.optimizer.learningRate;
  const hidden = network.layers.slice(1, -1).flatMap(({ activation }, l): Change[] => {
    const row = ACTIVATIONS[activation.type];
    return !row.vector && row.dead && !row.steepest ? [{ key: 'activation', layer: l + 2, value: 'leakyRelu' }] : [];
  });
  return [
    { message: `${message}.`, changes: [free] },
    ...[0.1, 0.01].map((part) => ({
      message: `${message}, and a learning rate of ${fourDigits(rate * part)}.`,
      changes: [free, { key: 'learningRate', value: rate * part }] as const,
    })),
    {
      message: `${message}, and adam with a learning rate of 0.01.`,
      changes: [free, { key: 'optimizer', type: 'adam', learningRate: 0.01 }],
    },
    ...(hidden.length > 0
      ? [
          {
            message: `${message}, leakyRelu before it, and adam with a learning rate of 0.01.`,
            changes: [free, ...hidden, { key: 'optimizer', type: 'adam', learningRate: 0.01 }] as const,
          },
        ]
      : []),
  ];
}
