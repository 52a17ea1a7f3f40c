/** The keys `training` and `regularization`. */

import type { Network, Optimizer, OptimizerType, StopRules, TrainingSettings } from '../../core/network';
import type { JsonNode } from '../json';
import { FOREIGN_OPTIMIZERS } from './foreign';
import { BELOW_ONE, NOT_NEGATIVE, POSITIVE, integer, list } from './reader';
import type { NumberRule, Reader } from './reader';

type ConstantName = Exclude<keyof Optimizer, 'type' | 'learningRate'>;

const RULES: Readonly<Record<ConstantName, NumberRule>> = {
  momentum: BELOW_ONE,
  decay: BELOW_ONE,
  beta1: BELOW_ONE,
  beta2: BELOW_ONE,
  epsilon: POSITIVE,
  weightDecay: NOT_NEGATIVE,
};

/** The constants of every optimizer with their defaults (PyTorch's, but for rmsprop's `decay`, the format's own). */
export const OPTIMIZERS: Readonly<Record<OptimizerType, Partial<Readonly<Record<ConstantName, number>>>>> = {
  gd: {},
  momentum: { momentum: 0.9 },
  nesterov: { momentum: 0.9 },
  rmsprop: { decay: 0.9, epsilon: 1e-8 },
  adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  adamw: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
};

const OPTIMIZER_TYPES = Object.keys(OPTIMIZERS) as OptimizerType[];
const CONSTANT_NAMES = Object.keys(RULES) as ConstantName[];
const DEFAULT_LEARNING_RATE = 0.1;
const NOWHERE: ReadonlyMap<string, string> = new Map();
const COUNT = integer(1, Number.MAX_SAFE_INTEGER);

/** λ₁ and λ₂ of R = λ₁ Σ|θ| + (λ₂/2) Σ θ². */
export function readRegularization(reader: Reader, node: JsonNode | undefined): Network['regularization'] {
  const object = reader.object(node, '"regularization"');
  if (!object) return { l1: 0, l2: 0 };
  reader.checkKeys(object, '"regularization"', ['l1', 'l2'], NOWHERE);
  const strength = (key: string): number =>
    reader.number(object.members.get(key)?.value, `"${key}"`, NOT_NEGATIVE) ?? 0;
  return { l1: strength('l1'), l2: strength('l2') };
}

/** How `train` runs, every default filled in. */
export function readTraining(reader: Reader, node: JsonNode | undefined): TrainingSettings {
  const object = reader.object(node, '"training"');
  if (object) reader.checkKeys(object, '"training"', ['optimizer', 'epochs', 'batchSize', 'shuffle', 'stop'], NOWHERE);
  const value = (key: string): JsonNode | undefined => object?.members.get(key)?.value;
  return {
    optimizer: readOptimizer(reader, value('optimizer')),
    epochs: reader.number(value('epochs'), '"epochs"', integer(0, Number.MAX_SAFE_INTEGER)) ?? 1000,
    batchSize: readBatchSize(reader, value('batchSize')),
    shuffle: reader.boolean(value('shuffle'), '"shuffle"') ?? true,
    stop: readStop(reader, value('stop')),
  };
}

function readOptimizer(reader: Reader, node: JsonNode | undefined): Optimizer {
  const gd: Optimizer = { type: 'gd', learningRate: DEFAULT_LEARNING_RATE };
  if (node?.kind === 'string') {
    const type = OPTIMIZER_TYPES.find((name) => name === node.value);
    const { offset, length } = node;
    const text = `{ "type": ${JSON.stringify(type)} }`;
    const fix = type && { title: `Write ${text}`, edits: [{ offset, length, text }] };
    reader.wrongType(node, '"optimizer"', 'an object like { "type": "adam", "learningRate": 0.01 }', fix);
    return gd;
  }
  const object = reader.object(node, '"optimizer"');
  if (!object) return gd;
  const typeNode = object.members.get('type')?.value;
  const type = typeNode ? reader.name(typeNode, '"type" of "optimizer"', OPTIMIZER_TYPES, FOREIGN_OPTIMIZERS) : 'gd';
  const value = (key: string, rule: NumberRule): number | undefined =>
    reader.number(object.members.get(key)?.value, `"${key}" of "optimizer"`, rule);
  const learningRate = value('learningRate', POSITIVE) ?? DEFAULT_LEARNING_RATE;
  if (type === undefined) return gd;

  const own = CONSTANT_NAMES.filter((name) => OPTIMIZERS[type][name] !== undefined);
  reader.checkKeys(object, `the optimizer ${type}`, ['type', 'learningRate', ...own], constantsElsewhere());
  const constants: Partial<Record<ConstantName, number>> = {};
  for (const name of own) constants[name] = value(name, RULES[name]) ?? OPTIMIZERS[type][name];
  return { type, learningRate, ...constants };
}

/** The constants of all optimizers, each with those that it belongs to. */
function constantsElsewhere(): Map<string, string> {
  const owners = (name: ConstantName): OptimizerType[] =>
    OPTIMIZER_TYPES.filter((type) => OPTIMIZERS[type][name] !== undefined);
  return new Map(CONSTANT_NAMES.map((name) => [name, `it belongs to ${list(owners(name))}`]));
}

function readBatchSize(reader: Reader, node: JsonNode | undefined): number | 'full' {
  if (node?.kind === 'string' && node.value === 'full') return 'full';
  if (node && node.kind !== 'number') {
    reader.wrongType(node, '"batchSize"', '"full" or an integer ≥ 1');
    return 'full';
  }
  return reader.number(node, '"batchSize"', COUNT) ?? 'full';
}

function readStop(reader: Reader, node: JsonNode | undefined): StopRules {
  const object = reader.object(node, '"stop"');
  if (!object) return {};
  reader.checkKeys(object, '"stop"', ['loss', 'gradientNorm', 'patience'], NOWHERE);
  const value = (key: string, rule: NumberRule): number | undefined =>
    reader.number(object.members.get(key)?.value, `"${key}" of "stop"`, rule);
  const loss = value('loss', NOT_NEGATIVE);
  const gradientNorm = value('gradientNorm', NOT_NEGATIVE);
  const patience = value('patience', COUNT);
  return {
    ...(loss !== undefined && { loss }),
    ...(gradientNorm !== undefined && { gradientNorm }),
    ...(patience !== undefined && { patience }),
  };
}
