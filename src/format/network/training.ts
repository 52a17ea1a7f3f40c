/** The keys `training` and `regularization`. */

import { OPTIMIZERS, type OptimizerName } from '../../core/functions';
import type { OptimizerConstants } from '../../core/functions/optimizerRow';
import { SCHEDULES, type ScheduleConstants, type ScheduleName } from '../../core/functions/schedules';
import type { Optimizer, Regularization, Schedule, StepLimits, StopRules, TrainingSettings } from '../../core/network';
import type { JsonNode, ObjectNode } from '../json';
import { FOREIGN_OPTIMIZERS, FOREIGN_SCHEDULES, foreignNames } from './foreign';
import { NOT_NEGATIVE, POSITIVE, RANGES, integer, list } from './reader';
import type { NumberRule, Reader } from './reader';

const OPTIMIZER_TYPES = Object.keys(OPTIMIZERS) as OptimizerName[];
const SCHEDULE_TYPES = Object.keys(SCHEDULES) as ScheduleName[];
const LIMITS = ['clipNorm', 'clipValue', 'maxNorm'] as const;
const DEFAULT_LEARNING_RATE = 0.1;
const COUNT = integer(1, Number.MAX_SAFE_INTEGER);

/** λ₁ and λ₂ of R = λ₁ Σ|θ| + (λ₂/2) Σ θ², and the conventions that are not the usual ones. */
export function readRegularization(reader: Reader, node: JsonNode | undefined): Regularization {
  const object = reader.object(node, '"regularization"');
  if (!object) return { l1: 0, l2: 0 };
  reader.checkKeys(object, '"regularization"', ['l1', 'l2', 'half', 'perSample', 'biases']);
  const value = (key: string): JsonNode | undefined => object.members.get(key)?.value;
  const strength = (key: string): number => reader.number(value(key), `"${key}"`, NOT_NEGATIVE) ?? 0;
  const flag = (key: string): boolean | undefined => reader.boolean(value(key), `"${key}" of "regularization"`);
  const [half, perSample, biases] = [flag('half'), flag('perSample'), flag('biases')];
  return {
    l1: strength('l1'),
    l2: strength('l2'),
    ...(half === false && { half }),
    ...(perSample === true && { perSample }),
    ...(biases === true && { biases }),
  };
}

/** How `train` runs, every default filled in. */
export function readTraining(reader: Reader, node: JsonNode | undefined): TrainingSettings {
  const object = reader.object(node, '"training"');
  const keys = ['optimizer', 'schedule', 'epochs', 'batchSize', 'shuffle', ...LIMITS, 'stop'];
  if (object) reader.checkKeys(object, '"training"', keys);
  const value = (key: string): JsonNode | undefined => object?.members.get(key)?.value;
  const optimizer = readOptimizer(reader, value('optimizer'));
  const batchSize = readBatchSize(reader, value('batchSize'));
  const batchNode = value('batchSize');
  if (batchNode && batchSize !== 'full' && OPTIMIZERS[optimizer.type].kind === 'search') {
    const message = `"batchSize" is ${String(batchSize)}, but ${optimizer.type} takes the gradient over all rows; expected "full"`;
    reader.problems.report('out-of-range', batchNode, message);
  }
  const epochs = reader.number(value('epochs'), '"epochs"', integer(0, Number.MAX_SAFE_INTEGER)) ?? 1000;
  const schedule = readSchedule(reader, value('schedule'), epochs);
  return {
    optimizer,
    ...(schedule && { schedule }),
    epochs,
    batchSize,
    ...(object && readLimits(reader, object, optimizer.type)),
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
  const known = foreignNames(OPTIMIZERS, FOREIGN_OPTIMIZERS);
  const type = typeNode ? reader.name(typeNode, '"type" of "optimizer"', OPTIMIZER_TYPES, known) : 'gd';
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

/** A name, or an object of a `type` and its constants; `cosine` ends with the last of `epochs` unless it says when. */
function readSchedule(reader: Reader, node: JsonNode | undefined, epochs: number): Schedule | undefined {
  if (!node) return undefined;
  const what = '"schedule"';
  if (node.kind !== 'object' && node.kind !== 'string' && node.kind !== 'invalid') {
    return reader.wrongType(node, what, 'a name or an object like { "type": "step", "stepSize": 10, "gamma": 0.1 }');
  }
  const object = node.kind === 'object' ? node : undefined;
  const typeNode = object ? reader.required(object, 'type', what)?.value : node;
  const type = reader.name(typeNode, object ? `"type" of ${what}` : what, SCHEDULE_TYPES, FOREIGN_SCHEDULES);
  if (type === undefined) return undefined;
  const { constants } = SCHEDULES[type];
  if (object) {
    const owners = new Map<string, string>();
    for (const { key } of Object.values(SCHEDULES).flatMap((row) => row.constants)) {
      owners.set(key, `it belongs to ${list(SCHEDULE_TYPES.filter((name) => hasConstant(name, key)))}`);
    }
    reader.checkKeys(object, `the schedule ${type}`, ['type', ...constants.map(({ key }) => key)], owners);
  }
  const values = constants.map(({ key, range, default: usual }) => {
    const written = reader.number(object?.members.get(key)?.value, `"${key}" of ${what}`, RANGES[range]);
    return [key, written ?? (type === 'cosine' && key === 'epochs' ? Math.max(1, epochs) : usual)];
  });
  return { type, ...(Object.fromEntries(values) as ScheduleConstants) };
}

function hasConstant(name: ScheduleName, key: string): boolean {
  return SCHEDULES[name].constants.some((constant) => constant.key === key);
}

function readLimits(reader: Reader, { members }: ObjectNode, type: OptimizerName): StepLimits {
  const limits: { -readonly [Key in keyof StepLimits]: StepLimits[Key] } = {};
  for (const key of LIMITS) {
    const node = members.get(key)?.value;
    const limit = reader.number(node, `"${key}"`, POSITIVE);
    if (!node || limit === undefined) continue;
    if (key !== 'maxNorm' && OPTIMIZERS[type].kind === 'search') {
      const message = `"${key}" has no meaning with ${type}: its search needs the gradient as it is`;
      reader.problems.report('out-of-range', node, message);
    } else limits[key] = limit;
  }
  return limits;
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
  reader.checkKeys(object, '"stop"', ['loss', 'gradientNorm', 'patience']);
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
