/** Causes that stand in the network before any step: nothing can move, or units move as one. */

import { inputsOf } from '../../backprop';
import { ACTIVATIONS, LOSSES } from '../../functions';
import { trainableRanges } from '../../frozen';
import { layerAt, parameterLayout, type Network } from '../../network';
import type { Change } from '../changes';
import type { ExaminedState, Examination, Proposal } from '../examination';
import type { Finding } from '../finding';
import type { Sight } from '../sight';
import { type Cause, nothing, type Statement } from './cause';
import { fourDigits, thetaName } from './words';
import { counted } from '../../notation';

/** Numbers that differ by less than this part are the same but for rounding. */
const SAME = 1e-9;

/** Seeds after the file's own that are tried. */
const OTHER_SEEDS = [1, 2, 3, 4];

const everyLayer = ({ layers }: Network): number[] => layers.slice(1).map((_, l) => l + 2);

function frozenStatement(network: Network, loss: number): Statement[] {
  if (trainableRanges(network).length > 0) return [];
  const { count } = parameterLayout(network.layers);
  const message = `All ${counted(count, 'parameter')} are frozen: training changes nothing, and J stays at ${fourDigits(loss)}.`;
  return [{ units: [], message, evidence: { frozen: count, parameters: count } }];
}

const frozenAll: Cause = {
  code: 'frozen-all',
  *seen({ objective, analysis }) {
    return frozenStatement(objective.network, analysis.dataLoss);
  },
  explainedBy: [],
  *find(examination) {
    const [statement] = frozenStatement(examination.network, examination.firstLoss);
    if (!statement) return nothing;
    const remedy = yield* examination.mend([
      {
        message: 'Take "frozen" out of the layers that are to learn.',
        changes: everyLayer(examination.network).map((layer): Change => ({ key: 'unfreeze', layer })),
      },
    ]);
    const { message, evidence } = statement;
    return [{ severity: 'severe', message, evidence, remedy }];
  },
};

/** A softmax of one unit. */
function aloneStatement({ layers }: Network): Required<Statement>[] {
  const { units, activation } = layerAt({ layers }, layers.length);
  if (units > 1 || !ACTIVATIONS[activation.type].vector) return [];
  const message = `The output is ${activation.type} of a single unit, which is 1 whatever its z: ∂a/∂z is 0, and no weight can learn. Use sigmoid for one output.`;
  return [{ layer: layers.length, units: [1], message, evidence: { output: 1, derivative: 0 } }];
}

const constantOutput: Cause = {
  code: 'constant-output',
  *seen({ objective }) {
    return aloneStatement(objective.network);
  },
  explainedBy: ['frozen-all'],
  *find(examination) {
    const { network, start, end, rows } = examination;
    const output = layerAt(network, network.layers.length);
    const layer = network.layers.length;
    const [alone] = aloneStatement(network);
    if (alone) {
      const remedy = yield* examination.mend(withAnotherOutput(examination));
      const severity = examination.learnsWell && examination.firstLoss === 0 ? 'note' : 'severe';
      return [{ severity, ...alone, remedy }];
    }
    if (rows.count < 2 || examination.learnsWell || !varies(rows.targets, output.units)) return nothing;
    const isConstant = ({ outputs }: ExaminedState): boolean => spread(outputs, output.units) <= SAME;
    if (!isConstant(start) || !isConstant(end)) return nothing;
    const why = equalInputs(examination)
      ? 'all rows have the same inputs'
      : 'no input reaches the output: weights are 0, or units are idle on every row';
    const remedy = yield* examination.mend(withOtherWeights(examination));
    const message = `The output is the same for all ${String(rows.count)} rows looked at, before and after training (${fourDigits(end.outputs[0] ?? NaN)}), while the targets differ: ${why}.`;
    const evidence = { outputBefore: start.outputs[0] ?? NaN, outputAfter: end.outputs[0] ?? NaN, rows: rows.count };
    return [{ severity: examination.severityOf(remedy), layer, message, evidence, remedy }];
  },
};

const zeroGradient: Cause = {
  code: 'zero-gradient',
  *seen(sight) {
    const { objective, analysis } = sight;
    const { gradient, dataLoss: loss } = analysis;
    // Also at a minimum every gradient is 0: without a reason that lies in the network it is no news.
    const reasons = gradient.every((g) => g === 0) ? whyIdle(sight) : [];
    if (reasons.length === 0 || trainableRanges(objective.network).length === 0 || loss === 0) return nothing;
    const by = reasons.join(', and ');
    const message = `Every ∂J/∂θ is exactly 0 ${sight.when}, although J = ${fourDigits(loss)}: ${by}.`;
    return [{ units: [], message, evidence: { gradientNorm: 0, by, loss } }];
  },
  explainedBy: ['frozen-all'],
  *find(examination) {
    const { start, end } = examination;
    if (examination.learnsWell || examination.firstLoss <= examination.reference.floor) return nothing;
    const zero = start.typical.flatMap((size, l) => (size === 0 && end.typical[l] === 0 ? [l + 1] : []));
    const all = start.analysis.gradient.every((g) => g === 0);
    if (zero.length === 0) return nothing;
    // Inputs of 0 leave θ⁽¹⁾ alone; the biases may still do all there is to do.
    const why = reasonsForZero(start, zero[0] ?? 1).join(', and ') || 'what comes back from the loss is 0';
    const remedy = yield* examination.mend(withOtherWeights(examination));
    const what = all ? 'Every ∂J/∂θ is exactly 0' : `∂J/∂${zero.map(thetaName).join(', ∂J/∂')} is exactly 0`;
    const message = `${what}, before and after ${counted(examination.run.epochs, 'epoch')} of training, although J = ${fourDigits(examination.run.loss)}: ${why}.`;
    const evidence = { gradientNorm: all ? 0 : norm(start.analysis.gradient), by: why, loss: examination.run.loss };
    const severity = all ? 'severe' : examination.severityOf(remedy);
    return [{ severity, layer: zero[0] ?? 1, message, evidence, remedy }];
  },
};

/** So many units of a layer, or all of them. */
function identicalStatement(network: Network, layer: number, units: readonly number[]): Statement {
  const all = layerAt(network, layer).units;
  const who =
    units.length < all ? `${String(units.length)} of ${String(all)}` : all === 2 ? 'Both' : `All ${String(all)}`;
  const message = `${who} units of layer ${String(layer)} have equal weights and equal gradients, so they stay equal: together they do what one unit does.`;
  return { layer, units, message, evidence: { equalUnits: units.length, units: all } };
}

const identicalUnits: Cause = {
  code: 'identical-units',
  *seen({ objective: { network, theta } }) {
    const hidden = network.layers.slice(1, -1).map((_, l) => l + 2);
    const groups = hidden.map((layer) => [layer, largest(equalUnits(network, theta, layer))] as const);
    return groups.flatMap(([layer, units]) => (units.length < 2 ? [] : [identicalStatement(network, layer, units)]));
  },
  explainedBy: ['frozen-all'],
  *find(examination) {
    const { network, start, end } = examination;
    if (examination.learnsWell) return nothing;
    const findings: Omit<Finding, 'code'>[] = [];
    for (let layer = 2; layer < network.layers.length; layer++) {
      const group = largest(equalUnits(network, start.theta, layer));
      const stay = largest(equalUnits(network, end.theta, layer)).filter((unit) => group.includes(unit));
      if (stay.length < 2) continue;
      const all = stay.length === layerAt(network, layer).units;
      const adam: Change = { key: 'optimizer', type: 'adam', learningRate: 0.05 };
      const [random] = withOtherWeights(examination);
      const remedy = yield* examination.mend([
        ...(random
          ? [
              random,
              { message: `${random.message} Train with adam.`, changes: [...random.changes, adam] },
              // Few units may come to rest wherever the first draw puts them.
              ...OTHER_SEEDS.map((more) => {
                const value = (network.seed + more) % 2 ** 32;
                const changes: Change[] = [{ key: 'seed', value }, adam];
                return { message: `${random.message} Train with adam, from seed ${String(value)}.`, changes };
              }),
            ]
          : []),
      ]);
      const severity = all && examination.learnsPoorly ? 'severe' : examination.severityOf(remedy);
      findings.push({ severity, ...identicalStatement(network, layer, stay), remedy });
    }
    return findings;
  },
};

export const STRUCTURE: readonly Cause[] = [frozenAll, constantOutput, zeroGradient, identicalUnits];

/** Weights drawn anew, and leakyRelu in the place of what may be dead. */
export function withOtherWeights(examination: Examination): Proposal[] {
  const { network } = examination;
  const redraw = everyLayer(network).map((layer): Change => ({ key: 'initialWeights', layer }));
  const alive = everyLayer(network).flatMap((layer): Change[] => {
    const row = ACTIVATIONS[layerAt(network, layer).activation.type];
    const isOutput = layer === network.layers.length;
    if (row.vector || !row.dead || row.steepest) return [];
    return [{ key: 'activation', layer, value: isOutput ? 'identity' : 'leakyRelu' }];
  });
  return [
    { message: 'Leave "weights" and "biases" out, so that "init" draws the weights at random.', changes: redraw },
    ...(alive.length > 0
      ? [
          { message: 'Use an activation that passes a gradient on both sides.', changes: alive },
          {
            message: 'Use an activation that passes a gradient on both sides, and random weights.',
            changes: [...redraw, ...alive],
          },
        ]
      : []),
  ];
}

/** Sigmoid in the place of a single softmax, with the file's training and with a faster one. */
function withAnotherOutput({ network }: Examination): Proposal[] {
  const layer = network.layers.length;
  const sigmoid: Change = { key: 'activation', layer, value: 'sigmoid' };
  const loss: Change[] = LOSSES[network.loss.type].needsProbabilities
    ? [{ key: 'loss', value: 'binaryCrossEntropy' }]
    : [];
  const adam: Change = { key: 'optimizer', type: 'adam', learningRate: 0.02 };
  const message = 'Use sigmoid for the single output';
  return [
    { message: `${message}.`, changes: [sigmoid, ...loss] },
    {
      message: `${message}, binaryCrossEntropy as the loss, and adam for 1000 epochs.`,
      changes: [sigmoid, { key: 'loss', value: 'binaryCrossEntropy' }, adam, { key: 'epochs', value: 1000 }],
      epochs: 1000,
    },
  ];
}

/** What in the inputs or units lets no gradient through; none where nothing does. */
function whyIdle({ objective, layers }: Sight): string[] {
  const { network, samples: rows } = objective;
  if (aloneStatement(network).length > 0) return ['a softmax of one unit is always 1'];
  const reasons: string[] = [];
  const dead = layers.filter(({ idle, units }) => idle.length === units);
  if (rows.inputs.every((x) => x === 0)) reasons.push('all inputs are 0');
  if (dead.length > 0) {
    const which = dead.map(({ layer }) => String(layer)).join(', ');
    reasons.push(`all units of ${dead.length === 1 ? 'layer' : 'layers'} ${which} are idle on every row`);
  }
  return reasons;
}

/** What in the network makes ∂J/∂θ^(l) and what is before it 0; none where nothing does. */
function reasonsForZero(sight: Sight, l: number): string[] {
  const { network, theta } = sight.objective;
  const reasons = whyIdle(sight);
  if (aloneStatement(network).length > 0) return reasons;
  const zeros = parameterLayout(network.layers).layers.findIndex(
    ({ weights, rows: height, columns }, k) =>
      k >= l - 1 && theta.subarray(weights, weights + height * columns).every((w) => w === 0),
  );
  if (zeros >= 0) reasons.push(`all weights ${thetaName(zeros + 1)} are 0`);
  return reasons;
}

function equalInputs({ network, rows }: Examination): boolean {
  const first = inputsOf(network, rows, 1);
  return rows.inputs.every((x, k) => x === first[k % first.length]);
}

const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

function varies(values: Float64Array, columns: number): boolean {
  return values.some((value, k) => value !== values[k % columns]);
}

/** The largest difference within a column, beside its size. */
function spread(values: Float64Array, columns: number): number {
  let most = 0;
  for (const [k, value] of values.entries()) {
    const first = values[k % columns] ?? NaN;
    most = Math.max(most, Math.abs(value - first) / Math.max(Math.abs(first), 1e-300));
  }
  return most;
}

/** Units of a hidden layer with the same weights, bias and outgoing weights' effect, in groups. */
function equalUnits(network: Network, theta: Float64Array, layer: number): number[][] {
  const block = parameterLayout(network.layers).layers[layer - 2];
  if (!block) return [];
  const groups: { readonly units: number[]; readonly values: Float64Array }[] = [];
  for (let i = 0; i < block.rows; i++) {
    const values = Float64Array.from([
      ...theta.subarray(block.weights + i * block.columns, block.weights + (i + 1) * block.columns),
      block.biases < 0 ? 0 : (theta[block.biases + i] ?? NaN),
    ]);
    const size = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const group = groups.find((other) =>
      other.values.every((value, k) => Math.abs(value - (values[k] ?? NaN)) <= SAME * size),
    );
    if (group) group.units.push(i + 1);
    else groups.push({ units: [i + 1], values });
  }
  return groups.map(({ units }) => units);
}

function largest(groups: readonly number[][]): readonly number[] {
  return groups.reduce<readonly number[]>((best, group) => (group.length > best.length ? group : best), []);
}
