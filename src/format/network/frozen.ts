/** The key `frozen` of a layer: what training leaves as it is. */

import type { Frozen } from '../../core/network';
import type { JsonNode } from '../json';
import type { Reader } from './reader';
import { readList, type Length } from './rows';

const FROZEN = ['weights', 'biases'] as const;

interface ReadFrozen {
  readonly weights: Frozen;
  readonly biases: Frozen;
}

/** Everything, all weights or all biases, a matrix of the weights, or an object of both with `true` or a list for each. */
export function readFrozen(
  reader: Reader,
  node: JsonNode | undefined,
  where: string,
  units: Length,
  inputs: Length,
  hasBiases: boolean,
): ReadFrozen {
  if (!node) return { weights: false, biases: false };
  const what = `"frozen" of ${where}`;
  const matrix = (rows: JsonNode, name: string): Frozen => readMask(reader, rows, name, units, inputs);
  if (node.kind === 'literal' && node.value === true) return { weights: true, biases: true };
  if (node.kind === 'string') {
    const part = reader.name(node, what, FROZEN);
    return { weights: part === 'weights', biases: part === 'biases' };
  }
  if (node.kind === 'array' || node.kind === 'numbers') return { weights: matrix(node, what), biases: false };
  if (node.kind !== 'object') {
    const expected =
      'true, "weights", "biases", rows of true and false for the weights, or { "weights": …, "biases": … }; leave the key out if nothing is frozen';
    reader.wrongType(node, what, expected);
    return { weights: false, biases: false };
  }
  reader.checkKeys(node, what, [...FROZEN]);
  const part = (key: (typeof FROZEN)[number], read: (value: JsonNode, name: string) => Frozen): Frozen => {
    const value = node.members.get(key)?.value;
    if (!value) return false;
    return value.kind === 'literal' && value.value !== null ? value.value : read(value, `"${key}" of ${what}`);
  };
  const biases = node.members.get('biases');
  if (biases && !hasBiases) {
    reader.problems.report('misplaced-key', biases.key, `"biases" has no meaning in ${what}: ${where} has no biases`);
  }
  return {
    weights: part('weights', matrix),
    biases: hasBiases && part('biases', (value, name) => maskOf(readFlags(reader, value, name, units))),
  };
}

/** Rows of true and false as one mask; all or nothing where they are all the same. */
function readMask(reader: Reader, node: JsonNode, what: string, rows: Length, columns: Length): Frozen {
  const flags: boolean[] = [];
  if (node.kind === 'numbers' && node.count > 0) {
    reader.wrongType(node, what, 'an array of rows of true and false, [[…], …]');
    return false;
  }
  readList(reader, node, what, 'row', rows, (item, _index, name) => {
    for (const flag of readFlags(reader, item, name, columns)) flags.push(flag);
  });
  return maskOf(flags);
}

function readFlags(reader: Reader, node: JsonNode, what: string, length: Length): boolean[] {
  const flags: boolean[] = [];
  readList(reader, node, what, 'value', length, (item, index, name) => {
    flags[index] = reader.boolean(item, name) ?? false;
  });
  return flags;
}

function maskOf(flags: readonly boolean[]): Frozen {
  if (flags.every((flag) => !flag)) return false;
  return flags.every((flag) => flag) ? true : Uint8Array.from(flags, Number);
}
