/** What a file says about parameters beside their values: `parameterNames` and `claimedGradients`. */

import type { ParameterId, ParameterNames } from '../../core/network';
import type { JsonNode } from './index';
import type { Span } from '../problems';
import { NUMBER } from '../network/reader';
import type { Reader } from '../network/reader';
import { readList } from '../network/rows';
import type { Length } from '../network/rows';
import { isNull } from './index';

/** The reader's own ∂J/∂θ_ij^(l), to be judged at the precision that it was written with. */
export interface PlacedClaim extends Span {
  readonly parameter: ParameterId;
  readonly value: number;
  /** As it was written. */
  readonly text: string;
}

/** θ^(l) as it should be: rows for the units it leads to, columns for those it comes from. */
export interface ParameterShape {
  readonly layer: number;
  readonly rows: Length;
  readonly columns: Length;
  readonly hasBiases: boolean;
}

/** The file's own names of θ^(l)'s parameters, null where it gives none. */
export function readParameterNames(
  reader: Reader,
  node: JsonNode | undefined,
  where: string,
  shape: ParameterShape,
): ParameterNames | undefined {
  const weights: (string | null)[][] = [];
  const biases: (string | null)[] = [];
  const found = readParameters(
    reader,
    node,
    `"parameterNames" of ${where}`,
    'name',
    shape,
    (item, { to, from }, what) => {
      const name = isNull(item) ? null : (reader.string(item, what)?.value ?? null);
      if (from === 0) biases.push(name);
      else (weights[to - 1] ??= []).push(name);
    },
  );
  if (!found) return undefined;
  return { ...(found.has('weights') && { weights }), ...(found.has('biases') && { biases }) };
}

/** What a layer has of `claimedGradients`. */
export interface ReadClaims {
  /** In the text's order of weights and then biases. */
  readonly claims: readonly PlacedClaim[];
  /** The places that are null: asked for, and still to be filled in. */
  readonly openClaims: readonly OpenClaim[];
}

/** A null in the place of a ∂J/∂θ_ij^(l). */
export interface OpenClaim extends Span {
  readonly parameter: ParameterId;
}

/** The gradients that were worked out by hand, and how many more there are to be. */
export function readClaims(
  reader: Reader,
  node: JsonNode | undefined,
  where: string,
  shape: ParameterShape,
): ReadClaims {
  const claims: PlacedClaim[] = [];
  const openClaims: OpenClaim[] = [];
  readParameters(reader, node, `"claimedGradients" of ${where}`, 'number', shape, (item, parameter, what) => {
    if (isNull(item)) {
      openClaims.push({ parameter, offset: item.offset, length: item.length });
      return;
    }
    const value = reader.number(item, what, { ...NUMBER, expected: 'a finite number or null', orElse: 'null' });
    const { offset, length } = item;
    if (value !== undefined) claims.push({ parameter, value, text: reader.textOf(item), offset, length });
  });
  return { claims, openClaims };
}

/** Walks `{ "weights": rows, "biases": row }` and hands each item to `read`. Returns which of the two are there. */
export function readParameters(
  reader: Reader,
  node: JsonNode | undefined,
  what: string,
  noun: string,
  { layer, rows, columns, hasBiases }: ParameterShape,
  read: (item: JsonNode, parameter: ParameterId, what: string) => void,
): ReadonlySet<string> | undefined {
  const object = reader.object(node, what);
  if (!object) return undefined;
  reader.checkKeys(object, what, ['weights', 'biases']);
  const weights = object.members.get('weights')?.value;
  if (weights) {
    readList(reader, weights, `"weights" of ${what}`, 'row', rows, (row, i, rowName) => {
      readList(reader, row, rowName, noun, columns, (item, j, itemName) => {
        read(item, { layer, to: i + 1, from: j + 1 }, itemName);
      });
    });
  }
  const biases = object.members.get('biases');
  if (biases && !hasBiases) {
    const message = `${what} has "biases", but the layer has none ("biases": false), expected "weights" alone`;
    reader.problems.report('no-biases', biases.key, message);
  } else if (biases) {
    readList(reader, biases.value, `"biases" of ${what}`, noun, rows, (item, i, itemName) => {
      read(item, { layer, to: i + 1, from: 0 }, itemName);
    });
  }
  return new Set(['weights', 'biases'].filter((key) => object.members.has(key)));
}
