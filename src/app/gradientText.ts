/** Analysis for people: a matrix for each θ^(l), or a list where the file names its parameters. */

import type { Analysis } from '../core/backprop';
import { type LayerLayout, type Network, type ParameterId, layerAt, parameterLayout } from '../core/network';
import { formatNumber, parameterName, quantityName, subscript, superscript } from '../core/notation';
import { alignRight } from './table';

/** Rows and columns of a matrix that a terminal can show. */
const MOST_ROWS = 24;
const MOST_COLUMNS = 10;

export interface GradientTextOptions {
  readonly samples: number;
  readonly sample?: number;
  readonly digits: number;
  /** What gives the numbers that are left out here. */
  readonly more: string;
}

/** J, or E of one sample, and its derivative by every parameter, line by line. */
export function gradientText(
  network: Network,
  { loss, dataLoss, penalty, gradient }: Analysis,
  { samples, sample, digits, more }: GradientTextOptions,
): string[] {
  const number = (value: number): string => formatNumber(value, digits);
  const e = sample === undefined ? 'J' : 'E';
  const over = sample === undefined ? `over ${String(samples)} ${samples === 1 ? 'sample' : 'samples'}` : '';
  const of = sample === undefined ? over : `of sample ${String(sample)} of ${String(samples)}, without the penalty`;
  const parts = penalty === 0 ? '' : ` = ${number(dataLoss)} + ${number(penalty)} penalty`;
  const lines = [network.name, `${e} = ${number(loss)}${parts}   ${of}`];
  let folded = false;
  for (const [l, block] of parameterLayout(network.layers).layers.entries()) {
    const layer = l + 1;
    lines.push('', `∂${e}/∂θ${superscript(`(${String(layer)})`)}`);
    const isNamed = layerAt(network, layer + 1).parameterNames !== undefined;
    const { rows, columns } = block;
    if (isNamed && rows * columns <= MOST_ROWS) lines.push(...list(network, layer, block, gradient, e, number));
    else lines.push(...matrix(layer, block, gradient, number));
    folded ||= rows > MOST_ROWS || columns > MOST_COLUMNS;
  }
  if (folded) lines.push('', `… marks numbers that are left out; ${more}`);
  return lines;
}

/** `  ∂J/∂w5 = 0.0822` of every parameter. */
function list(
  network: Network,
  layer: number,
  { rows, columns, weights, biases }: LayerLayout,
  gradient: Float64Array,
  e: string,
  number: (value: number) => string,
): string[] {
  const row = (id: ParameterId, index: number): string[] => [
    `∂${e}/∂${parameterName(network, id)}`,
    '=',
    number(gradient[index] ?? NaN),
  ];
  const lines: string[][] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) lines.push(row({ layer, to: i + 1, from: j + 1 }, weights + i * columns + j));
    if (biases >= 0) lines.push(row({ layer, to: i + 1, from: 0 }, biases + i));
  }
  return alignRight(lines);
}

/** Rows are the units that the weights lead to, columns those that they come from, the bias last. */
function matrix(
  layer: number,
  { rows, columns, weights, biases }: LayerLayout,
  gradient: Float64Array,
  number: (value: number) => string,
): string[] {
  const from = indices(columns, MOST_COLUMNS);
  const bias = biases >= 0;
  const head = from.map((j) => (j < 0 ? '…' : layer === 1 ? `x${subscript(String(j + 1))}` : a(layer, j + 1)));
  const lines = [['', ...head, ...(bias ? ['bias'] : [])]];
  for (const i of indices(rows, MOST_ROWS)) {
    if (i < 0) lines.push(['⋮']);
    else {
      const cells = from.map((j) => (j < 0 ? '…' : number(gradient[weights + i * columns + j] ?? NaN)));
      const label = quantityName({ kind: 'z', layer: layer + 1, unit: i + 1 });
      lines.push([label, ...cells, ...(bias ? [number(gradient[biases + i] ?? NaN)] : [])]);
    }
  }
  return alignRight(lines);
}

function a(layer: number, unit: number): string {
  return quantityName({ kind: 'a', layer, unit });
}

/** 0…count−1, or the first ones, −1 for what is left out, and the last. */
function indices(count: number, most: number): number[] {
  const all = Array.from({ length: Math.min(count, most) }, (_, n) => n);
  return count <= most ? all : [...all.slice(0, most - 2), -1, count - 1];
}
