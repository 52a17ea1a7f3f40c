/** Changes of a network file that the doctor proposes, and the network that each makes. */

import { ACTIVATIONS, type ActivationName, type LossName, type OptimizerName } from '../functions';
import { settingsOf } from '../functions/optimizers';
import { drawWeights } from '../functions/initialWeights';
import {
  type Activation,
  type Dataset,
  type Layer,
  type Network,
  type Optimizer,
  type Samples,
  parameterLayout,
} from '../network';

/** One key of the file with its new value. */
export type Change =
  | { readonly key: 'learningRate' | 'epochs' | 'seed'; readonly value: number }
  | { readonly key: 'optimizer'; readonly type: OptimizerName; readonly learningRate: number }
  | { readonly key: 'batchSize'; readonly value: number | 'full' }
  | { readonly key: 'loss'; readonly value: LossName }
  | { readonly key: 'regularization'; readonly l1: number; readonly l2: number }
  /** Leaves "schedule", or the rules of "stop", out of the training. */
  | { readonly key: 'leaveOut'; readonly of: 'schedule' | 'stop' }
  /** More units of a hidden layer; its weights and those behind it are drawn anew. */
  | { readonly key: 'units'; readonly layer: number; readonly value: number }
  | { readonly key: 'activation'; readonly layer: number; readonly value: ActivationName }
  /** Without `weights`, `biases` and `init`: drawn as the layer's activation wants them. */
  | { readonly key: 'initialWeights'; readonly layer: number }
  | { readonly key: 'unfreeze'; readonly layer: number }
  /** One more hidden layer before the output. */
  | { readonly key: 'hiddenLayer'; readonly units: number; readonly activation: ActivationName }
  | { readonly key: 'standardize' }
  /** Targets to mean 0 and deviation 1; of the data themselves, no key says it. */
  | { readonly key: 'scaleTargets' };

/** Uniform numbers in [0, 1) that the file's `seed` gives for the initial weights of θ^(l). */
export type Uniforms = (seed: number, layer: number) => () => number;

/** A changed network with its data. */
export interface ChangedNetwork {
  readonly network: Network;
  readonly data: Dataset;
  /** Undoes a scaling of the targets in an output of a unit, from 0. */
  readonly outputOf?: (value: number, unit: number) => number;
}

/** The network and data that the changed file describes. */
export function changed(
  network: Network,
  data: Dataset,
  changes: readonly Change[],
  uniforms: Uniforms,
): ChangedNetwork {
  let result: ChangedNetwork = { network, data };
  for (const change of changes) result = apply(result, change, uniforms);
  return result;
}

function apply(before: ChangedNetwork, change: Change, uniforms: Uniforms): ChangedNetwork {
  const { network, data } = before;
  const { training } = network;
  const trained = (part: Partial<Network['training']>): ChangedNetwork => ({
    ...before,
    network: { ...network, training: { ...training, ...part } },
  });
  switch (change.key) {
    case 'learningRate':
      return trained({ optimizer: { ...training.optimizer, learningRate: change.value } });
    case 'epochs':
      return trained({ epochs: change.value });
    case 'batchSize':
      return trained({ batchSize: change.value });
    case 'optimizer':
      return trained({ optimizer: optimizerOf(change.type, change.learningRate) });
    case 'seed':
      return { ...before, network: redrawn({ ...network, seed: change.value }, everyLayer(network), uniforms) };
    case 'loss':
      return { ...before, network: { ...network, loss: { ...network.loss, type: change.value } } };
    case 'regularization':
      return {
        ...before,
        network: { ...network, regularization: { ...network.regularization, ...strengths(change) } },
      };
    case 'leaveOut':
      return change.of === 'stop' ? trained({ stop: {} }) : { ...before, network: withoutSchedule(network) };
    case 'units':
      return { ...before, network: widened(network, change.layer, change.value, uniforms) };
    case 'activation':
      return { ...before, network: withLayer(network, change.layer, { activation: defaultActivation(change.value) }) };
    case 'initialWeights':
      return { ...before, network: redrawn(network, [change.layer], uniforms) };
    case 'unfreeze':
      return {
        ...before,
        network: withLayer(network, change.layer, { frozenWeights: false, frozenBiases: false }),
      };
    case 'hiddenLayer':
      return { ...before, network: deepened(network, change.units, change.activation, uniforms) };
    case 'standardize':
      return { ...before, data: standardized(network, data) };
    case 'scaleTargets':
      return scaled(before);
  }
}

const strengths = ({ l1, l2 }: { readonly l1: number; readonly l2: number }) => ({ l1, l2 });

/** With the default constants of its type. */
function optimizerOf(type: OptimizerName, learningRate: number): Optimizer {
  return { type, learningRate, ...settingsOf({ type }) };
}

function defaultActivation(type: ActivationName): Activation {
  const { constant } = ACTIVATIONS[type];
  return constant ? { type, [constant.key]: constant.default } : { type };
}

function everyLayer({ layers }: Network): number[] {
  return layers.slice(1).map((_, l) => l + 2);
}

function withLayer(network: Network, number: number, part: Partial<Layer>): Network {
  const layers = network.layers.map((layer, l) => (l + 1 === number ? { ...layer, ...part } : layer));
  return { ...network, layers };
}

/** Weights of these layers drawn as `init` left out draws them, biases 0. */
function redrawn(network: Network, numbers: readonly number[], uniforms: Uniforms): Network {
  const theta = network.theta.slice();
  for (const [l, { weights, biases, rows, columns }] of parameterLayout(network.layers).layers.entries()) {
    const layer = network.layers[l + 1];
    if (!layer || !numbers.includes(l + 2)) continue;
    const block = theta.subarray(weights, weights + rows * columns);
    const init = ACTIVATIONS[layer.activation.type].init;
    drawWeights(block, init, { fanIn: columns, fanOut: rows }, uniforms(network.seed, l + 1));
    if (biases >= 0) theta.fill(0, biases, biases + rows);
  }
  return { ...network, theta };
}

/** With a hidden layer before the output, all weights drawn anew. */
function deepened(network: Network, units: number, activation: ActivationName, uniforms: Uniforms): Network {
  const hidden: Layer = {
    units,
    name: '',
    activation: defaultActivation(activation),
    hasBiases: true,
    frozenWeights: false,
    frozenBiases: false,
  };
  const layers = [...network.layers.slice(0, -1), hidden, ...network.layers.slice(-1)];
  const theta = new Float64Array(parameterLayout(layers).count);
  const deeper = { ...network, layers, theta };
  return redrawn(deeper, everyLayer(deeper), uniforms);
}

/** With so many units in a hidden layer; what leads to it and from it is drawn anew. */
function widened(network: Network, layer: number, units: number, uniforms: Uniforms): Network {
  const wider = withLayer(network, layer, { units });
  const before = parameterLayout(network.layers).layers;
  const after = parameterLayout(wider.layers);
  const theta = new Float64Array(after.count);
  for (const [l, block] of after.layers.entries()) {
    const old = before[l];
    if (!old || l + 2 === layer || l + 1 === layer) continue;
    const end = old.biases < 0 ? old.weights + old.rows * old.columns : old.biases + old.rows;
    theta.set(network.theta.subarray(old.weights, end), block.weights);
  }
  return redrawn({ ...wider, theta }, [layer, layer + 1], uniforms);
}

function withoutSchedule(network: Network): Network {
  const { schedule: _, ...training } = network.training;
  return { ...network, training };
}

/** Inputs to mean 0 and deviation 1 by the training rows. */
function standardized({ layers }: Network, data: Dataset): Dataset {
  const columns = layers[0]?.units ?? 0;
  const { mean, deviation } = columnMoments(data.training.inputs, columns);
  const fit = (samples: Samples): Samples => ({
    ...samples,
    inputs: samples.inputs.map((x, k) => (x - (mean[k % columns] ?? NaN)) / (deviation[k % columns] || 1)),
  });
  return { ...data, training: fit(data.training), ...(data.validation && { validation: fit(data.validation) }) };
}

function scaled({ network, data }: ChangedNetwork): ChangedNetwork {
  const columns = network.layers.at(-1)?.units ?? 0;
  const { mean, deviation } = columnMoments(data.training.targets, columns);
  const by = (k: number): number => deviation[k] || 1;
  const fit = (samples: Samples): Samples => ({
    ...samples,
    targets: samples.targets.map((y, k) => (y - (mean[k % columns] ?? NaN)) / by(k % columns)),
  });
  return {
    network,
    data: { ...data, training: fit(data.training), ...(data.validation && { validation: fit(data.validation) }) },
    outputOf: (value, unit) => value * by(unit) + (mean[unit] ?? NaN),
  };
}

/** Mean and standard deviation (over m) of each column of row-major values. */
export function columnMoments(values: Float64Array, columns: number): { mean: Float64Array; deviation: Float64Array } {
  const count = values.length / columns;
  const mean = new Float64Array(columns);
  const deviation = new Float64Array(columns);
  for (const [k, value] of values.entries()) mean[k % columns] = (mean[k % columns] ?? 0) + value / count;
  for (const [k, value] of values.entries()) {
    const at = k % columns;
    deviation[at] = (deviation[at] ?? 0) + (value - (mean[at] ?? NaN)) ** 2 / count;
  }
  return { mean, deviation: deviation.map(Math.sqrt) };
}

/** A place of the file's JSON with its new value; undefined takes the key out. */
export interface PathEdit {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** What the changes write into the file; undefined where one of them is not a matter of keys. */
export function pathEdits(network: Network, changes: readonly Change[]): PathEdit[] | undefined {
  const edits = changes.map((change) => editsOf(network, change));
  return edits.every((some) => some !== undefined) ? edits.flat() : undefined;
}

function editsOf(network: Network, change: Change): PathEdit[] | undefined {
  switch (change.key) {
    case 'learningRate':
      return [{ path: ['training', 'optimizer', 'learningRate'], value: change.value }];
    case 'epochs':
    case 'batchSize':
      return [{ path: ['training', change.key], value: change.value }];
    case 'optimizer':
      return [{ path: ['training', 'optimizer'], value: { type: change.type, learningRate: change.learningRate } }];
    case 'seed':
      return [
        { path: ['seed'], value: change.value },
        ...everyLayer(network).flatMap((layer) => withoutWeights(network, layer)),
      ];
    case 'loss':
      return [{ path: ['loss'], value: change.value }];
    case 'regularization':
      return [
        { path: ['regularization', 'l1'], value: change.l1 },
        { path: ['regularization', 'l2'], value: change.l2 },
      ];
    case 'leaveOut':
      return [{ path: ['training', change.of], value: undefined }];
    case 'units':
      return [
        ...withoutWeights(network, change.layer),
        ...withoutWeights(network, change.layer + 1),
        { path: ['layers', change.layer - 1, 'units'], value: change.value },
      ];
    case 'activation':
      return [{ path: ['layers', change.layer - 1, 'activation'], value: change.value }];
    case 'initialWeights':
      return withoutWeights(network, change.layer);
    case 'unfreeze':
      return [{ path: ['layers', change.layer - 1, 'frozen'], value: undefined }];
    case 'standardize':
      return [{ path: ['data', 'standardize'], value: true }];
    case 'hiddenLayer':
    case 'scaleTargets':
      return undefined;
  }
}

function withoutWeights({ layers }: Network, layer: number): PathEdit[] {
  const { units, hasBiases } = layers[layer - 1] ?? { units: undefined, hasBiases: false };
  const keys = hasBiases ? ['weights', 'biases', 'init'] : ['weights', 'init'];
  return [
    // Where the text leaves `units` out, `weights` says it.
    { path: ['layers', layer - 1, 'units'], value: units },
    ...keys.map((key) => ({ path: ['layers', layer - 1, key], value: undefined })),
  ];
}
