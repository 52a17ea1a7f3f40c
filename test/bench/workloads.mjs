// The networks and data that every engine trains: the same numbers for all of them, drawn from one small generator.

/** Numbers in (−1, 1). */
export function numbers(seed = 1) {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return (2 * state) / 2147483647 - 1;
  };
}

const describe = (units, samples, { hidden, output, loss, batch = samples }) => ({
  units,
  samples,
  hidden,
  output,
  loss,
  batch,
});
const small = { hidden: 'sigmoid', output: 'sigmoid', loss: 'mse' };
const classes = { hidden: 'relu', output: 'softmax', loss: 'crossEntropy' };

export const workloads = {
  W1: { title: '1-1-1, one sample', ...describe([1, 1, 1], 1, small) },
  W2: { title: '2-2-2, one sample', ...describe([2, 2, 2], 1, small) },
  W3: { title: '2-4-1, XOR', ...describe([2, 4, 1], 4, small) },
  W4: { title: '4-16-3, 150 samples', ...describe([4, 16, 3], 150, { ...classes, hidden: 'tanh' }) },
  W5: {
    title: '2-32-32-1 tanh, 1000 samples',
    ...describe([2, 32, 32, 1], 1000, { hidden: 'tanh', output: 'identity', loss: 'mse' }),
  },
  W6: { title: '784-128-10, batches of 64, 1000 rows', ...describe([784, 128, 10], 1000, { ...classes, batch: 64 }) },
};

export const LEARNING_RATE = 0.05;

/** The workload's network with its first parameters, and its samples. */
export function materialize(workload, parameterLayout, inputs) {
  const next = numbers();
  const { units, samples: count, hidden, output, loss, batch } = workload;
  const layers = units.map((width, l) => ({
    units: width,
    name: '',
    activation: { type: l === units.length - 1 ? output : hidden },
    hasBiases: l > 0,
    frozenWeights: false,
    frozenBiases: false,
  }));
  const layout = parameterLayout(layers);
  const theta = Float64Array.from({ length: layout.count }, next);
  for (const { weights, rows, columns } of layout.layers) {
    for (let k = weights; k < weights + rows * columns; k++) theta[k] /= Math.sqrt(columns);
  }
  const outputs = units.at(-1);
  const targets = new Float64Array(count * outputs);
  for (let s = 0; s < count; s++) {
    if (output === 'softmax') targets[s * outputs + (s % outputs)] = 1;
    else for (let k = 0; k < outputs; k++) targets[s * outputs + k] = 0.5 + next() / 2;
  }
  const training = {
    optimizer: { type: 'gd', learningRate: LEARNING_RATE },
    epochs: Infinity,
    batchSize: batch === count ? 'full' : batch,
    shuffle: false,
    stop: {},
  };
  const network = {
    ...{ name: '', description: '', seed: 0, regularization: { l1: 0, l2: 0 } },
    ...{ layers, loss: { type: loss }, training, theta },
  };
  const samples = { count, inputs: inputs ?? Float64Array.from({ length: count * units[0] }, next), targets };
  return { ...workload, network, samples, layout };
}
