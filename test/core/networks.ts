/** Networks for tests, from the literal shape of a network file. */

import type { Activation, Loss, Network, ParameterNames, Samples } from '../../src/core/network';

interface FileLayer {
  readonly units?: number;
  readonly activation?: Activation['type'] | Activation;
  readonly weights?: readonly (readonly number[])[];
  readonly biases?: readonly number[] | false;
  readonly labels?: readonly string[];
  readonly parameterNames?: ParameterNames;
}

interface File {
  readonly name?: string;
  readonly layers: readonly FileLayer[];
  readonly loss?: Loss['type'] | Loss;
  readonly regularization?: { readonly l1?: number; readonly l2?: number };
}

/** The network of a file that is known to be right, every weight written out; a layer without `biases` has none of them 0. */
export function networkOf(file: File): Network {
  const theta: number[] = [];
  const layers = file.layers.map((layer, index) => {
    const units = layer.units ?? layer.weights?.length ?? 0;
    const hasBiases = index > 0 && layer.biases !== false;
    theta.push(...(layer.weights ?? []).flat());
    if (hasBiases) theta.push(...(layer.biases || new Array<number>(units).fill(0)));
    const activation =
      typeof layer.activation === 'object' ? layer.activation : { type: layer.activation ?? 'identity' };
    return {
      units,
      name: '',
      activation,
      hasBiases,
      frozenWeights: false,
      frozenBiases: false,
      ...(layer.labels && { labels: layer.labels }),
      ...(layer.parameterNames && { parameterNames: layer.parameterNames }),
    };
  });
  return {
    name: file.name ?? '',
    description: '',
    layers,
    loss: typeof file.loss === 'object' ? file.loss : { type: file.loss ?? 'mse' },
    regularization: { l1: file.regularization?.l1 ?? 0, l2: file.regularization?.l2 ?? 0 },
    training: {
      optimizer: { type: 'gd', learningRate: 0.1 },
      epochs: 1000,
      batchSize: 'full',
      shuffle: true,
      stop: {},
    },
    seed: 0,
    theta: Float64Array.from(theta),
  };
}

export function samplesOf(data: {
  readonly inputs: readonly (readonly number[])[];
  readonly targets: readonly (readonly number[])[];
}): Samples {
  return {
    count: data.inputs.length,
    inputs: Float64Array.from(data.inputs.flat()),
    targets: Float64Array.from(data.targets.flat()),
  };
}
