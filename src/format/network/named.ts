/** Activations and losses: a name, or an object of a `type` and the constant that goes with it. */

import { ACTIVATIONS, LOSSES } from '../../core/functions';
import type { ActivationName, ConstantRow, LossName } from '../../core/functions';
import type { Activation, Loss, LossConventions } from '../../core/network';
import type { JsonNode, ObjectNode } from '../json';
import { FOREIGN_ACTIVATIONS, FOREIGN_LOSSES, type ForeignNames, foreignNames } from './foreign';
import { RANGES, list } from './reader';
import type { Reader } from './reader';

export const ACTIVATION_NAMES = Object.keys(ACTIVATIONS) as ActivationName[];
const LOSS_NAMES = Object.keys(LOSSES) as LossName[];

type ConstantKey = 'slope' | 'alpha' | 'delta';

interface Row {
  readonly constant?: ConstantRow<ConstantKey>;
  readonly aliases?: readonly string[];
}

/** The activation of a layer; `identity` where the layer names none. */
export function readActivation(reader: Reader, node: JsonNode | undefined, what: string): Activation | undefined {
  if (!node) return { type: 'identity' };
  return readFunction(reader, node, what, ACTIVATION_NAMES, ACTIVATIONS, FOREIGN_ACTIVATIONS);
}

const OUTPUTS = ['sum', 'mean'] as const;
const SAMPLES = ['mean', 'sum'] as const;
const HALVED = LOSS_NAMES.filter((name) => LOSSES[name].withoutHalf);

/** The loss and how it is added up; `mse` where the file names none. */
export function readLoss(reader: Reader, node: JsonNode | undefined): Loss | undefined {
  if (!node) return { type: 'mse' };
  const loss = readFunction(reader, node, '"loss"', LOSS_NAMES, LOSSES, FOREIGN_LOSSES, (type) => {
    const own = LOSSES[type].withoutHalf ? ['half', 'outputs', 'samples'] : ['outputs', 'samples'];
    return { own, elsewhere: [['half', `it belongs to ${list(HALVED)}`]] };
  });
  if (!loss || node.kind !== 'object') return loss;
  return { ...loss, ...readConventions(reader, node, loss.type) };
}

function readConventions(reader: Reader, { members }: ObjectNode, type: LossName): LossConventions {
  const value = (key: string): JsonNode | undefined => members.get(key)?.value;
  const half = LOSSES[type].withoutHalf && reader.boolean(value('half'), '"half" of "loss"');
  const outputs = reader.name(value('outputs'), '"outputs" of "loss"', OUTPUTS);
  const samples = reader.name(value('samples'), '"samples" of "loss"', SAMPLES);
  return {
    ...(half === false && { half }),
    ...(outputs === 'mean' && { outputs }),
    ...(samples === 'sum' && { samples }),
  };
}

function readFunction<Name extends string>(
  reader: Reader,
  node: JsonNode,
  what: string,
  names: readonly Name[],
  table: Readonly<Record<Name, Row>>,
  foreign: ForeignNames,
  /** Keys beside the type and its constant, and those that belong to other types. */
  beside: (type: Name) => {
    readonly own: readonly string[];
    readonly elsewhere: readonly [string, string][];
  } = () => ({
    own: [],
    elsewhere: [],
  }),
): ({ type: Name } & Partial<Record<ConstantKey, number>>) | undefined {
  if (node.kind !== 'object' && node.kind !== 'string' && node.kind !== 'invalid') {
    return reader.wrongType(node, what, `a name or an object like { "type": ${list(names.slice(0, 1))} }`);
  }
  const known = foreignNames(table, foreign);
  const typeNode = node.kind !== 'object' ? node : reader.required(node, 'type', what)?.value;
  const type = reader.name(typeNode, node.kind !== 'object' ? what : `"type" of ${what}`, names, known);
  if (type === undefined) return undefined;
  const constant = table[type].constant;
  if (node.kind !== 'object') return { type, ...(constant && { [constant.key]: constant.default }) };

  const { own, elsewhere } = beside(type);
  const keys = constant ? ['type', constant.key, ...own] : ['type', ...own];
  reader.checkKeys(node, `${what} ${type}`, keys, new Map([...constantsElsewhere(names, table, type), ...elsewhere]));
  if (!constant) return { type };
  const { key } = constant;
  const valueNode = node.members.get(key)?.value;
  const value = valueNode ? reader.number(valueNode, `"${key}" of ${what}`, RANGES[constant.range]) : constant.default;
  return value === undefined ? undefined : { type, [key]: value };
}

/** The constants that other functions of the table have, each with the functions that it belongs to. */
function constantsElsewhere<Name extends string>(
  names: readonly Name[],
  table: Readonly<Record<Name, Row>>,
  type: Name,
): Map<string, string> {
  const elsewhere = new Map<string, string>();
  for (const name of names) {
    const key = table[name].constant?.key;
    if (name === type || key === undefined) continue;
    const owners = names.filter((other) => table[other].constant?.key === key);
    elsewhere.set(key, `it belongs to ${list(owners)}`);
  }
  return elsewhere;
}
