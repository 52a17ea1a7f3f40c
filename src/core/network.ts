/**
 * The network as the lecture writes it: layers 1…L, parameters θ in one flat float64 vector, and the data J is taken over.
 *
 * All of l, i, j count from 1; j = 0 is the bias. `theta` holds, for l = 1…L−1 in turn, the weights θ^(l) row by row
 * (θ_11, θ_12, …, θ_21, …) and then, where the layer has them, the biases θ_10, θ_20, …
 */

import type { ActivationName, LossName } from './functions';
import type { Constants } from './functions/rows';
import type { OptimizerConstants } from './functions/optimizerRow';
import type { OptimizerName } from './functions/optimizers';
import type { ScheduleConstants, ScheduleName } from './functions/schedules';

/** An activation g with the value of its own constant, e.g. `{ type: 'leakyRelu', slope: 0.2 }`. */
export type Activation = { readonly type: ActivationName } & Pick<Constants, 'slope' | 'alpha'>;

/** How losses are added up; a convention that is absent is the usual one. */
export interface LossConventions {
  /** E_s is twice as large: the ½ of its formula is left out. */
  readonly half?: false;
  /** E_s is the mean over the output units, not their sum. */
  readonly outputs?: 'mean';
  /** J is the sum over the samples, not their mean. */
  readonly samples?: 'sum';
}

/** The loss E_s of one sample; `delta` is huber's threshold d. */
export type Loss = { readonly type: LossName } & Pick<Constants, 'delta'> & LossConventions;

/** R = λ₁ Σ|θ| + (λ₂/2) Σ θ² over the weights; a convention that is absent is the usual one. */
export interface Regularization {
  readonly l1: number;
  readonly l2: number;
  /** λ₂ Σ θ²: the ½ is left out. */
  readonly half?: false;
  /** R/m, m being the number of rows that J is taken over: of a mini-batch its own. */
  readonly perSample?: true;
  /** R goes over the biases, too. */
  readonly biases?: true;
}

/** What training leaves as it is: all or nothing of a block, or the entries (row by row) that are 1. */
export type Frozen = boolean | Uint8Array;

/** Names that the file gives to parameters of θ^(l); null where θ_ij^(l) stands. */
export interface ParameterNames {
  readonly weights?: readonly (readonly (string | null)[])[];
  readonly biases?: readonly (string | null)[];
}

/** Inputs that are an image, row by row; of `depth` 3, each pixel's red, green and blue in turn. */
export interface ImageShape {
  readonly rows: number;
  readonly columns: number;
  /** 1 or 3. */
  readonly depth: number;
}

/** One column of units. Everything but `units`, `name` and `labels` is without meaning on the input layer. */
export interface Layer {
  readonly units: number;
  readonly name: string;
  /** One name a unit, where the file gives them. */
  readonly labels?: readonly string[];
  /** Of the input layer, where the inputs are an image. */
  readonly shape?: ImageShape;
  readonly activation: Activation;
  /** False for the input layer and for `"biases": false`. */
  readonly hasBiases: boolean;
  /** a_0, the input of the biases; 1 where it is absent, −1 where they are thresholds. */
  readonly biasInput?: number;
  readonly frozenWeights: Frozen;
  readonly frozenBiases: Frozen;
  readonly parameterNames?: ParameterNames;
}

/** Every constant of the optimizer with its default filled in; those that its type does not use are absent. */
export interface Optimizer extends OptimizerConstants {
  readonly type: OptimizerName;
  readonly learningRate: number;
}

/** How η goes from epoch to epoch, with every constant of its type. */
export interface Schedule extends ScheduleConstants {
  readonly type: ScheduleName;
}

/** What is done to the gradient before a step, and to θ after it; nothing where a limit is absent. */
export interface StepLimits {
  /** ‖∇J‖₂ at most: past it the whole gradient is scaled. */
  readonly clipNorm?: number;
  /** |∂J/∂θ| at most, entry by entry; before `clipNorm`. */
  readonly clipValue?: number;
  /** The norm of the weights into one unit at most. */
  readonly maxNorm?: number;
}

/** When training ends before its last epoch. */
export interface StopRules {
  readonly loss?: number;
  readonly gradientNorm?: number;
  readonly patience?: number;
}

export interface TrainingSettings extends StepLimits {
  readonly optimizer: Optimizer;
  readonly schedule?: Schedule;
  readonly epochs: number;
  readonly batchSize: number | 'full';
  readonly shuffle: boolean;
  readonly stop: StopRules;
}

/** A network without its data. `layers[0]` is layer 1, the input. */
export interface Network {
  readonly name: string;
  readonly description: string;
  readonly layers: readonly Layer[];
  readonly loss: Loss;
  readonly regularization: Regularization;
  readonly training: TrainingSettings;
  readonly seed: number;
  /** The file's parameters (or those that `init` drew), laid out as `parameterLayout` says. */
  readonly theta: Float64Array;
}

/** Rows of inputs (m × s_1) and targets (m × s_L), row-major. */
export interface Samples {
  readonly count: number;
  readonly inputs: Float64Array;
  readonly targets: Float64Array;
  /** How much each row counts, ≥ 0; all the same where they are absent. */
  readonly weights?: Float64Array;
}

/** J over the samples as a function of θ, at this θ. */
export interface Objective {
  readonly network: Network;
  readonly theta: Float64Array;
  readonly samples: Samples;
}

/** J at the file's own θ. */
export function objectiveOf(network: Network, samples: Samples): Objective {
  return { network, theta: network.theta, samples };
}

/** What J is taken over, and what is held out. Inputs are already standardised where the file asks for it. */
export interface Dataset {
  readonly training: Samples;
  /** The rows held out by `validation`; absent when there are none. */
  readonly validation?: Samples;
  /** Row numbers, from 1, in the file's order, of the training samples, where a split changed them. */
  readonly trainingRows?: Uint32Array;
  readonly inputNames?: readonly string[];
  /** `"targetEncoding": "oneHot"`: the class that each output unit stands for. */
  readonly classNames?: readonly string[];
  /** x_standardised = (x − mean) / deviation, per input; absent where `standardize` is off. */
  readonly standardization?: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
}

/** θ_ij^(l): the weight to unit `to` of layer l+1 from unit `from` of layer l; `from` = 0 is the bias. */
export interface ParameterId {
  readonly layer: number;
  readonly to: number;
  readonly from: number;
}

/** Where θ^(l) lies in the flat vector. */
export interface LayerLayout {
  /** s_(l+1), the rows of θ^(l). */
  readonly rows: number;
  /** s_l, the columns of θ^(l) without the bias. */
  readonly columns: number;
  readonly weights: number;
  /** Offset of θ_10^(l), or −1 for a layer without biases. */
  readonly biases: number;
  /** a_0, what each bias is multiplied by. */
  readonly biasInput: number;
}

export interface ParameterLayout {
  /** `layers[l − 1]` is θ^(l). */
  readonly layers: readonly LayerLayout[];
  readonly count: number;
}

/** The offsets of every θ^(l) in the flat parameter vector. */
export function parameterLayout(layers: readonly Pick<Layer, 'units' | 'hasBiases' | 'biasInput'>[]): ParameterLayout {
  const result: LayerLayout[] = [];
  let count = 0;
  let columns = layers[0]?.units ?? 0;
  for (const layer of layers.slice(1)) {
    const rows = layer.units;
    const weights = count;
    const biases = layer.hasBiases ? weights + rows * columns : -1;
    count = weights + rows * columns + (layer.hasBiases ? rows : 0);
    result.push({ rows, columns, weights, biases, biasInput: layer.biasInput ?? 1 });
    columns = rows;
  }
  return { layers: result, count };
}

/** The index of θ_ij^(l) in the flat vector, or −1 where the network has no such parameter. */
export function parameterIndex(layout: ParameterLayout, { layer, to, from }: ParameterId): number {
  const block = layout.layers[layer - 1];
  const inside = Number.isInteger(to) && Number.isInteger(from) && Number.isInteger(layer);
  if (!block || !inside || to < 1 || to > block.rows || from < 0 || from > block.columns) return -1;
  if (from > 0) return block.weights + (to - 1) * block.columns + (from - 1);
  return block.biases < 0 ? -1 : block.biases + (to - 1);
}

/** The parameter at `index` of the flat vector. Throws a RangeError outside 0…count−1. */
export function parameterAt(layout: ParameterLayout, index: number): ParameterId {
  for (const [at, block] of layout.layers.entries()) {
    const afterWeights = index - block.weights - block.rows * block.columns;
    if (index >= block.weights && afterWeights < 0) {
      const inside = index - block.weights;
      return { layer: at + 1, to: Math.floor(inside / block.columns) + 1, from: (inside % block.columns) + 1 };
    }
    if (block.biases >= 0 && afterWeights >= 0 && afterWeights < block.rows) {
      return { layer: at + 1, to: afterWeights + 1, from: 0 };
    }
  }
  throw new RangeError(`parameter index ${String(index)} is outside 0…${String(layout.count - 1)}`);
}

/** True where both name the same θ_ij^(l). */
export function sameParameter(a: ParameterId | undefined, b: ParameterId | undefined): boolean {
  return a?.layer === b?.layer && a?.to === b?.to && a?.from === b?.from;
}

/** The layer with this number, from 1. Throws a RangeError where there is none. */
export function layerAt(network: Pick<Network, 'layers'>, number: number): Layer {
  const layer = network.layers[number - 1];
  if (!layer) throw new RangeError(`layer ${String(number)} is outside 1…${String(network.layers.length)}`);
  return layer;
}

/** a_0 of the biases of θ^(l). */
export function biasInputOf({ layers }: Pick<Network, 'layers'>, l: number): number {
  return layers[l]?.biasInput ?? 1;
}

/** Of θ or ∂J/∂θ what is of θ_ij^(1) of these units i, from 1: s_1 numbers a unit, NaN for a unit that there is not. */
export function weightsInto(
  { layers }: Pick<Network, 'layers'>,
  theta: Float64Array,
  units: readonly number[],
): Float64Array {
  const [block] = parameterLayout(layers).layers;
  const { weights = 0, rows = 0, columns = 0 } = block ?? {};
  const into = new Float64Array(units.length * columns).fill(NaN);
  for (const [n, unit] of units.entries()) {
    if (unit > rows) continue;
    const start = weights + (unit - 1) * columns;
    into.set(theta.subarray(start, start + columns), n * columns);
  }
  return into;
}
