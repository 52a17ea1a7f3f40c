/** A model as Keras describes it in JSON, version 2, 3 or TensorFlow.js: its layers in a row, with their weights. */

import type { Activation } from '../../core/network';
import { corrupt, unsupported } from './importError';
import { kerasOptimizer, kerasTrainingLoss, finiteNumber, type KerasTraining } from './kerasTraining';
import { layersOf, matrixOf, normalization, vectorOf, type ImportedModel, type ModelOperation } from './model';
import { isRecord, type JsonRecord } from './modelJson';
import { activationNamed, withConstant } from './names';
import { quoted, type Tensor } from './tensor';

/** A layer's tensors by the last part of their names: kernel, bias, gamma, … */
export type KerasWeights = (layer: KerasLayer) => ReadonlyMap<string, Tensor>;

export interface KerasLayer {
  readonly name: string;
  readonly type: string;
  readonly config: JsonRecord;
}

/** The model of a Keras description. Throws an `ImportError` that names the first layer without a place in a network. */
export function kerasModel(
  topology: unknown,
  weights: KerasWeights,
  training: KerasTraining | undefined,
  version: 2 | 3,
): ImportedModel {
  const notes: string[] = [];
  const steps: ModelOperation[] = [];
  for (const layer of kerasLayers(topology)) {
    const tensors = weights(layer);
    const read = new Set<string>();
    const tensor = (name: string): Tensor | undefined => {
      read.add(name);
      return tensors.get(name);
    };
    checkVersion(layer, version);
    steps.push(...stepsOf(layer, tensor));
    for (const name of tensors.keys()) {
      if (!read.has(name))
        throw unsupported(`${quoted(name)} of ${quoted(layer.name)} (${layer.type}) would change the outputs`);
    }
  }
  const layers = layersOf(steps);
  const loss = kerasTrainingLoss(training?.loss, layers.at(-1)?.activation, notes);
  const optimizer = kerasOptimizer(training?.optimizer, notes);
  return { layers, notes, ...(loss !== undefined && { loss }), ...(optimizer && { optimizer }) };
}

// ── The layers in a row ──────────────────────────────────────────────────────────────────────────────────────────────

/** Every layer in the order in which it computes. */
export function kerasLayers(topology: unknown): KerasLayer[] {
  if (!isRecord(topology)) throw corrupt('the description of the model is damaged');
  const type = topology['class_name'];
  const config = topology['config'];
  if (type === 'Sequential') {
    const list = isRecord(config) ? config['layers'] : config;
    return records(list).map(({ layer }) => layer);
  }
  if (type !== 'Functional' && type !== 'Model') {
    throw unsupported(`the model is ${quoted(String(type))}, a class of its own, whose code is not in the file`);
  }
  if (!isRecord(config)) throw corrupt('the description of the model is damaged');
  return inARow(records(config['layers']), config);
}

interface Described {
  readonly layer: KerasLayer;
  readonly inbound: unknown;
}

function records(list: unknown): Described[] {
  if (!Array.isArray(list)) throw corrupt('the description of the model has no layers');
  return list.map((item: unknown): Described => {
    const config = isRecord(item) ? item['config'] : undefined;
    const type = isRecord(item) ? item['class_name'] : undefined;
    if (!isRecord(item) || !isRecord(config) || typeof type !== 'string')
      throw corrupt('a layer of the description is damaged');
    const name = config['name'] ?? item['name'];
    return { layer: { name: typeof name === 'string' ? name : type, type, config }, inbound: item['inbound_nodes'] };
  });
}

/** A graph without a branch from its one input to its one output. */
function inARow(layers: readonly Described[], config: JsonRecord): KerasLayer[] {
  const inputs = names(config['input_layers']);
  const outputs = names(config['output_layers']);
  if (inputs.length !== 1) throw unsupported(`the model has ${String(inputs.length)} inputs, expected 1`);
  if (outputs.length !== 1)
    throw unsupported(`the model has ${String(outputs.length)} outputs (a second head), expected 1`);
  const after = new Map<string, Described>();
  for (const described of layers) {
    const { layer, inbound } = described;
    const from = names(inbound);
    if (layer.name === inputs[0] && from.length === 0) continue;
    const [source] = from;
    if (from.length !== 1 || source === undefined) {
      throw unsupported(
        `${quoted(layer.name)} (${layer.type}) takes ${String(from.length)} inputs: a branch, which a network does not have`,
      );
    }
    const other = after.get(source);
    if (other) {
      const both = `${quoted(other.layer.name)} and ${quoted(layer.name)}`;
      throw unsupported(`${quoted(source)} goes to ${both}: a branch, which a network does not have`);
    }
    after.set(source, described);
  }
  const row: KerasLayer[] = [];
  let at = inputs[0] ?? '';
  while (at !== outputs[0]) {
    const next = after.get(at);
    if (!next || row.length > layers.length)
      throw corrupt(`the output ${quoted(outputs[0] ?? '')} is not computed from the input`);
    row.push(next.layer);
    at = next.layer.name;
  }
  const [beside] = layers.filter(({ layer }) => layer.name !== inputs[0] && !row.includes(layer));
  if (beside)
    throw unsupported(`${quoted(beside.layer.name)} (${beside.layer.type}) leads past the output: a second branch`);
  return row;
}

/** The layers that a list of references names: `["dense", 0, 0]` in any depth, or Keras 3's `keras_history`. */
function names(references: unknown): string[] {
  if (isRecord(references)) {
    const history = references['keras_history'];
    if (Array.isArray(history)) return names(history);
    return Object.values(references).flatMap(names);
  }
  if (!Array.isArray(references)) return [];
  const list: unknown[] = references;
  if (typeof list[0] === 'string' && typeof list[1] === 'number') return [list[0], ...names(list[3])];
  return list.flatMap(names);
}

/** What two versions compute otherwise under one name. */
function checkVersion({ name, config }: KerasLayer, version: 2 | 3): void {
  if (version === 3 || !/"hard_?sigmoid"/i.test(JSON.stringify(config['activation'] ?? null))) return;
  throw unsupported(
    `the activation hard_sigmoid of ${quoted(name)} is 0.2 z + 0.5 in Keras 2, which the format does not hold`,
  );
}

// ── One layer ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a layer computes. */
function stepsOf(layer: KerasLayer, tensor: (name: string) => Tensor | undefined): ModelOperation[] {
  const { name, type, config } = layer;
  const step = (activation: Activation): ModelOperation[] => [{ kind: 'activation', name, activation }];
  switch (type) {
    case 'InputLayer':
    case 'Flatten':
    case 'Dropout':
      return [];
    case 'Dense': {
      const [kernel, bias] = [tensor('kernel'), tensor('bias')];
      if (!kernel) throw corrupt(`${quoted(name)} has no kernel in the file`);
      const matrix = matrixOf(kernel, true);
      if (typeof config['units'] === 'number' && config['units'] !== matrix.units) {
        throw corrupt(`${quoted(name)} has ${String(config['units'])} units, but a kernel for ${String(matrix.units)}`);
      }
      if ((config['use_bias'] !== false) !== (bias !== undefined)) {
        throw corrupt(`${quoted(name)} ${bias ? 'has biases that it does not use' : 'lacks its biases'}`);
      }
      const biases = bias && vectorOf(bias, matrix.units, name);
      return [
        { kind: 'linear', name, ...matrix, ...(biases && { biases }) },
        ...step(activationOf(config['activation'], name)),
      ];
    }
    case 'Activation':
      return step(activationOf(config['activation'], name));
    case 'BatchNormalization': {
      const [mean, variance] = [tensor('moving_mean'), tensor('moving_variance')];
      if (!mean || !variance) throw corrupt(`${quoted(name)} has no moving mean or variance in the file`);
      const [count = 0] = mean.shape;
      const vector = (of: Tensor | undefined): Float64Array | undefined => of && vectorOf(of, count, name);
      const [gamma, beta] = [vector(tensor('gamma')), vector(tensor('beta'))];
      const epsilon = finiteNumber(config['epsilon']) ?? 1e-3;
      return [
        normalization(name, {
          gamma,
          beta,
          mean: vectorOf(mean, count, name),
          variance: vectorOf(variance, count, name),
          epsilon,
        }),
      ];
    }
    case 'ReLU': {
      const limit = config['max_value'] ?? null;
      if (limit !== null || (finiteNumber(config['threshold']) ?? 0) !== 0) {
        throw unsupported(
          `${quoted(name)} (ReLU) has a ${limit === null ? 'threshold' : 'max_value'}, which relu does not`,
        );
      }
      const slope = finiteNumber(config['negative_slope']) ?? 0;
      return step(slope === 0 ? { type: 'relu' } : { type: 'leakyRelu', slope });
    }
    case 'LeakyReLU':
      return step(
        withConstant('leakyRelu', finiteNumber(config['negative_slope']) ?? finiteNumber(config['alpha']) ?? 0.3),
      );
    case 'ELU':
      return step(withConstant('elu', finiteNumber(config['alpha']) ?? 1));
    case 'Softmax': {
      const axis = config['axis'] ?? -1;
      if (axis !== -1 && axis !== 1 && JSON.stringify(axis) !== '[-1]')
        throw unsupported(`${quoted(name)} (Softmax) is not over the last axis`);
      return step({ type: 'softmax' });
    }
    default:
      throw unsupported(`${quoted(name)} is ${type}, which has no place in a fully connected network`);
  }
}

/** An activation by its name, or as an object: a layer of its own, or a function. */
function activationOf(value: unknown, layer: string): Activation {
  if (value === undefined || value === null) return { type: 'identity' };
  if (isRecord(value)) {
    const type = value['class_name'];
    const config = value['config'];
    if (type === 'function' && typeof config === 'string') return activationOf(config, layer);
    if (typeof type === 'string' && isRecord(config)) {
      const [step] = /^(ReLU|LeakyReLU|ELU|Softmax)$/.test(type)
        ? stepsOf({ name: layer, type, config }, () => undefined)
        : [];
      if (step?.kind === 'activation') return step.activation;
      return activationOf(type, layer);
    }
  }
  if (typeof value !== 'string') throw corrupt(`the activation of ${quoted(layer)} is damaged`);
  if (/^leaky_?relu$/i.test(value)) return { type: 'leakyRelu', slope: 0.2 }; // Keras's own default for the function
  const found = activationNamed(value);
  if (!found) throw unsupported(`the activation ${quoted(value)} of ${quoted(layer)} is not one that the format has`);
  return { type: found };
}
