/** The cases that PyTorch's autograd computed in float64: a network file and what must come of it. */

import { readFileSync, readdirSync } from 'node:fs';
import { type Network, type Samples, parameterLayout } from '../../src/core/network';
import { parseNetworkFile } from '../../src/format';

interface ExpectedLayer {
  readonly weights: readonly (readonly number[])[];
  readonly biases: readonly number[] | null;
}

export interface Golden {
  readonly name: string;
  readonly network: Network;
  readonly samples: Samples;
  readonly expected: {
    readonly loss: number;
    readonly outputs: readonly (readonly number[])[];
    readonly gradients: readonly ExpectedLayer[];
    readonly gradientsOfSample1WithoutPenalty: readonly ExpectedLayer[];
  };
}

const folder = new URL('../fixtures/goldens/', import.meta.url);

export const goldenNames: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.nn.json'))
  .map((file) => file.slice(0, -'.nn.json'.length));

export function golden(name: string): Golden {
  const fileName = `${name}.nn.json`;
  const { problems, network, data } = parseNetworkFile(readFileSync(new URL(fileName, folder), 'utf8'), { fileName });
  if (!network || !data) throw new Error(`${fileName}: ${problems.map(({ message }) => message).join('; ')}`);
  const expected = JSON.parse(readFileSync(new URL(`${name}.expected.json`, folder), 'utf8')) as Golden['expected'];
  return { name, network, samples: data.training, expected };
}

/** Gradients written layer by layer, in the layout of the parameter vector. */
export function flatten(network: Network, layers: readonly ExpectedLayer[]): Float64Array {
  const layout = parameterLayout(network.layers);
  const flat = layers.flatMap(({ weights, biases }) => [...weights.flat(), ...(biases ?? [])]);
  if (flat.length !== layout.count) throw new Error('the expected gradients do not fit the network');
  return Float64Array.from(flat);
}
