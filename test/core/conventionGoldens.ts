/** Random networks under random conventions, and what PyTorch makes of them (fixtures/conventions.py). */

import { readFileSync } from 'node:fs';
import type { Dataset, Network } from '../../src/core/network';
import { networkFile } from '../engine/goldens';

export interface ConventionGolden {
  /** The conventions in a line, for messages. */
  readonly name: string;
  readonly text: string;
  readonly network: Network;
  readonly data: Dataset;
  readonly loss: number;
  readonly gradient: Float64Array;
  /** J before each epoch, then after the last. */
  readonly losses: readonly number[];
  /** θ after the last epoch. */
  readonly theta: Float64Array;
}

interface Item {
  readonly file: { readonly loss: object; readonly regularization: object; readonly training: object };
  readonly loss: number;
  readonly gradient: readonly number[];
  readonly losses: readonly number[];
  readonly theta: readonly number[];
}

const items = JSON.parse(readFileSync(new URL('../fixtures/conventions.json', import.meta.url), 'utf8')) as Item[];

export const conventionGoldens: readonly ConventionGolden[] = items.map((item, index) => {
  const { file, loss, losses } = item;
  const text = JSON.stringify(file);
  const name = `${String(index)} ${JSON.stringify([file.loss, file.regularization, file.training])}`;
  const { network, data } = networkFile(text);
  const [gradient, theta] = [Float64Array.from(item.gradient), Float64Array.from(item.theta)];
  return { name, text, network, data, loss, gradient, losses, theta };
});

/** The largest difference of two vectors, as a part of the largest number of the second (or of 1, where that is larger). */
export function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [worst, size] = [0, 1];
  for (let k = 0; k < b.length; k++) {
    worst = Math.max(worst, Math.abs((a[k] ?? NaN) - (b[k] ?? NaN)));
    size = Math.max(size, Math.abs(b[k] ?? NaN));
  }
  return worst / size;
}
