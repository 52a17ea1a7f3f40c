/** The keys `training` and `regularization`. */

import { OPTIMIZERS, type OptimizerName } from '../../core/functions';
import type { OptimizerConstants } from '../../core/functions/optimizers';
import type { Network, Optimizer, StopRules, TrainingSettings } from '../../core/network';
import type { JsonNode } from '../json';
import { FOREIGN_OPTIMIZERS } from './foreign';
import { NOT_NEGATIVE, POSITIVE, RANGES, integer, list } from './reader';
import type { NumberRule, Reader } from './reader';

const OPTIMIZER_TYPES = Object.keys(OPTIMIZERS) as OptimizerName[];
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
  const optimizer = readOptimizer(reader, value('optimizer'));
  const batchSize = readBatchSize(reader, value('batchSize'));
  const batchNode = value('batchSize');
  if (batchNode && batchSize !== 'full' && OPTIMIZERS[optimizer.type].kind === 'search') {
    const message = `"batchSize" is ${String(batchSize)}, but ${optimizer.type} takes the gradient over all rows; expected "full"`;
    reader.problems.report('out-of-range', batchNode, message);
  }
  return {
    optimizer,
    epochs: reader.number(value('epochs'), '"epochs"', integer(0, Number.MAX_SAFE_INTEGER)) ?? 1000,
    batchSize,
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

  const { constants } = OPTIMIZERS[type];
  const own = constants.map(({ key }) => key);
  reader.checkKeys(object, `the optimizer ${type}`, ['type', 'learningRate', ...own], constantsElsewhere());
  const values = constants.map(({ key, range, default: usual }) => [key, value(key, RANGES[range]) ?? usual]);
  return { type, learningRate, ...(Object.fromEntries(values) as OptimizerConstants) };
}

/** The constants of all optimizers, each with those that it belongs to. */
function constantsElsewhere(): Map<string, string> {
  const owners = new Map<string, OptimizerName[]>();
  for (const type of OPTIMIZER_TYPES) {
    for (const { key } of OPTIMIZERS[type].constants) owners.set(key, [...(owners.get(key) ?? []), type]);
  }
  return new Map([...owners].map(([key, types]) => [key, `it belongs to ${list(types)}`]));
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
