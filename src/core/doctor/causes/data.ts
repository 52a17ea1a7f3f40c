/** Causes that stand in the data, and in how the loss and the output fit them. */

import { divisorOf, lossFactor } from '../../cost';
import { ACTIVATIONS, LOSSES } from '../../functions';
import { classOf, targetsAreClasses } from '../../classes';
import { type Pausing, runToEnd } from '../../check/steps';
import { eigenvalues } from '../../eigen';
import { layerAt, type Samples } from '../../network';
import { type Change, spreadOf } from '../changes';
import { type Examination, ignoresWrongOutputs, type Proposal } from '../examination';
import { type Cause, nothing } from './cause';
import type { Remedy } from '../finding';
import { standardizing, largerRates } from './steps';
import { counted, number, percent } from './words';

/** An input column of such a mean square, or whose mean square is so many times another's, is not scaled. */
const LARGE = 5;
const UNEVEN = 100;
/** Columns beyond which the condition number is not computed. */
const MOST_COLUMNS = 200;
/** Targets out of range cost at least this part of what there is to learn. */
const COSTS = 0.02;
/** Classes so many times as frequent as another are imbalanced. */
const IMBALANCED = 8;

const unscaledInputs: Cause = {
  code: 'unscaled-inputs',
  explainedBy: ['frozen-all', 'constant-output', 'zero-gradient'],
  *find(examination) {
    const { network, samples } = examination;
    const columns = layerAt(network, 1).units;
    if (examination.learnsWell || samples.count < 3) return nothing;
    const { mean, deviation } = spreadOf(samples.inputs, columns);
    const sizes = Array.from(mean, (value, j) => Math.hypot(value, deviation[j] ?? NaN));
    const used = sizes.filter((_, j) => (deviation[j] ?? 0) > 0);
    const [least, most] = [Math.min(...used), Math.max(...used)];
    const offset = Math.max(...Array.from(mean, (value, j) => Math.abs(value) / (deviation[j] || Infinity)));
    if (used.length === 0 || (most < LARGE && most < UNEVEN * least && offset < LARGE && most > 1 / UNEVEN))
      return nothing;
    const remedy = (yield* examination.mend([standardizing])) ?? (yield* withLargerSteps(examination));
    if (!remedy) return nothing;
    const evidence = {
      smallestSize: least,
      largestSize: most,
      ...(columns <= MOST_COLUMNS && {
        conditionNumber: condition(samples.inputs, columns),
        conditionNumberStandardized: condition(
          samples.inputs.map((x, k) => (x - (mean[k % columns] ?? NaN)) / (deviation[k % columns] || 1)),
          columns,
        ),
      }),
    };
    const cost =
      evidence.conditionNumber === undefined
        ? ''
        : ` Their condition number is ${number(evidence.conditionNumber)}; standardized, it is ${number(evidence.conditionNumberStandardized ?? NaN)}.`;
    const message = `The inputs are not scaled: their root mean squares go from ${number(least)} to ${number(most)}.${cost}`;
    return [{ severity: examination.severityOf(remedy), layer: 1, message, evidence, remedy }];
  },
};

const unscaledTargets: Cause = {
  code: 'unscaled-targets',
  explainedBy: [
    'frozen-all',
    'constant-output',
    'zero-gradient',
    'dead-units',
    'targets-out-of-range',
    'saturated-units',
  ],
  *find(examination) {
    const { network, samples } = examination;
    const output = layerAt(network, network.layers.length);
    const [low, high] = rangeOf(output.activation.type, examination);
    if (examination.learnsWell || low !== -Infinity || high !== Infinity) return nothing;
    const { mean, deviation } = spreadOf(samples.targets, output.units);
    const sizes = Array.from(mean, (value, j) => Math.hypot(value, deviation[j] ?? NaN));
    const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
    if (most < LARGE && least > 1 / LARGE / LARGE) return nothing;
    const { loss } = yield* examination.try([{ key: 'scaleTargets' }]);
    if (!examination.isBetter(loss)) return nothing;
    const remedy = {
      message: 'Scale the targets to mean 0 and standard deviation 1, and scale the outputs back.',
      changes: [{ key: 'scaleTargets' } as const],
      lossBefore: examination.run.loss,
      lossAfter: loss,
      epochs: examination.epochs,
    };
    const message = `The targets are not scaled: their root mean squares go from ${number(least)} to ${number(most)}. With scaled targets alone, J ends at ${number(loss)} in place of ${number(examination.run.loss)}, in the file’s units.`;
    return [
      {
        severity: examination.severityOf(remedy),
        layer: network.layers.length,
        message,
        evidence: { smallestSize: least, largestSize: most, lossScaled: loss },
        remedy,
      },
    ];
  },
};

const targetsOutOfRange: Cause = {
  code: 'targets-out-of-range',
  explainedBy: ['frozen-all'],
  *find(examination) {
    const { network, samples, reference, judgedBy } = examination;
    const output = layerAt(network, network.layers.length);
    const { type } = output.activation;
    const [low, high] = rangeOf(type, examination);
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
    const message = `${String(outside.length)} of ${String(samples.targets.length)} targets (${number(least)} to ${number(most)}) are outside of what ${type} can give (${interval(low, high)}): J cannot fall below ${number(missed)}.`;
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
      const message = `${loss.type} looks only at the outputs whose target is not 0, and ${output.activation.type} outputs need not sum to 1: J falls to 0 with every output at 1. After training the mean output is ${number(mean)}.`;
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
    const message = `${percent(share)} of the outputs are wrong and saturated before any step: there ${loss.type} has next to no gradient (a (1 − a) < 0.02), where that of ${better} is a − y. J goes from ${number(examination.firstLoss)} to ${number(run.loss)}.`;
    return [{ severity: examination.severityOf(remedy), layer, message, evidence: { saturatedWrong: share }, remedy }];
  },
};

const lossFloor: Cause = {
  code: 'loss-floor',
  explainedBy: [],
  *find(examination) {
    const { entropy } = examination.reference;
    if (!LOSSES[examination.network.loss.type].needsProbabilities || !(entropy > 1e-6)) return nothing;
    const message = `The targets lie between 0 and 1: their entropy is ${number(entropy)}, and J cannot fall below it. It is ${number(examination.run.loss)} after training, ${number(examination.run.loss - entropy)} above.`;
    return [{ severity: 'note', message, evidence: { floor: entropy, loss: examination.run.loss }, remedy: null }];
  },
};

const contradictingRows: Cause = {
  code: 'contradicting-rows',
  explainedBy: [],
  *find(examination) {
    const { contradicting, floor, entropy, constant } = examination.reference;
    if (contradicting.length === 0) return nothing;
    const message = `${counted(contradicting.length, 'row')} of ${String(examination.samples.count)} contradict each other: equal inputs with different targets. No network can bring J below ${number(floor)}; one output for all rows gives ${number(constant)}.`;
    const isMost = floor - entropy > 0.5 * (constant - entropy);
    return [
      {
        severity: isMost ? 'severe' : 'warning',
        rows: contradicting.slice(0, 100),
        message,
        evidence: { rows: contradicting.length, floor, constant },
        remedy: null,
      },
    ];
  },
};

const classImbalance: Cause = {
  code: 'class-imbalance',
  explainedBy: ['frozen-all', 'constant-output', 'zero-gradient', 'diverged'],
  *find(examination) {
    const { network, samples, end, rows } = examination;
    if (!targetsAreClasses(network, samples) || samples.count < 10) return nothing;
    const units = layerAt(network, network.layers.length).units;
    const counts = countClasses(samples, units);
    const [least, most] = [Math.min(...counts), Math.max(...counts)];
    const rare = counts.indexOf(least);
    if (least === 0 || most < IMBALANCED * least) return nothing;
    let [seen, right] = [0, 0];
    for (let s = 0; s < rows.count; s++) {
      if (classOf(rows.targets, s * units, units) !== rare) continue;
      seen++;
      if (classOf(end.outputs, s * units, units) === rare) right++;
    }
    const recall = seen === 0 ? NaN : right / seen;
    const missed = recall < 0.5;
    const message =
      `Class ${String(rare + 1)} has ${counted(least, 'row')} and the largest class ${String(most)}: a network that always says the largest is right in ${percent(most / samples.count)} of the rows. ${Number.isNaN(recall) ? '' : `Of the rare class, ${percent(recall)} are found.`}`.trim();
    return [
      {
        severity: missed ? 'warning' : 'note',
        message,
        evidence: { smallestClass: least, largestClass: most, ratio: most / least, recall },
        remedy: null,
      },
    ];
  },
};

export const DATA: readonly Cause[] = [contradictingRows, lossFloor, classImbalance, targetsOutOfRange, lossMismatch];
export const SCALES: readonly Cause[] = [unscaledInputs, unscaledTargets];

/** What the output activation can give, its limits included. */
function rangeOf(type: keyof typeof ACTIVATIONS, { network }: Examination): readonly [number, number] {
  const { activation } = layerAt(network, network.layers.length);
  return ACTIVATIONS[type].range(activation);
}

function interval(low: number, high: number): string {
  if (low === -Infinity) return `at most ${number(high)}`;
  return high === Infinity ? `at least ${number(low)}` : `${number(low)} to ${number(high)}`;
}

/** Scaled inputs bear larger steps. Null where larger steps do alone: then the inputs are not what keeps them small. */
function* withLargerSteps(examination: Examination): Pausing<Remedy | null> {
  const larger = largerRates(examination);
  if (yield* examination.mend(larger)) return null;
  return yield* examination.mend(
    larger.map(({ message, changes }) => ({
      message: `${standardizing.message} ${message}`,
      changes: [...standardizing.changes, ...changes],
    })),
  );
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
      message: `${message}, and a learning rate of ${number(rate * part)}.`,
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

/** λ_max/λ_min of (1/m) Σ x xᵀ with the bias's 1 in x: of a linear unit's squared error, that of H. */
function condition(inputs: Float64Array, columns: number): number {
  const n = columns + 1;
  const count = inputs.length / columns;
  const moments = new Float64Array(n * n);
  for (let s = 0; s < count; s++) {
    const at = (j: number): number => (j === columns ? 1 : (inputs[s * columns + j] ?? NaN));
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) moments[i * n + j] = (moments[i * n + j] ?? 0) + (at(i) * at(j)) / count;
  }
  const values = runToEnd(eigenvalues(moments, n));
  const most = values.at(-1) ?? NaN;
  // Constant columns have no say: what is 0 but for rounding is left out.
  const least = values.find((value) => value > 1e-12 * most) ?? NaN;
  return most / least;
}

function countClasses(samples: Samples, units: number): number[] {
  const counts = new Array<number>(Math.max(2, units)).fill(0);
  for (let s = 0; s < samples.count; s++) {
    const k = classOf(samples.targets, s * units, units);
    counts[k] = (counts[k] ?? 0) + 1;
  }
  return counts;
}
