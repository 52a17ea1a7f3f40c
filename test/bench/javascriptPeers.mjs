// The peers from npm. Each makes { name, epoch(), outputs(), same } for a workload, or undefined where it cannot run it. It
// starts from the same parameters where it lets them be set; `same` is how close its outputs must be to the reference's
// after some epochs, by the `loss` that it follows; where that cannot be, `differs` says what it computes.
import { createRequire } from 'node:module';
import { LEARNING_RATE } from './workloads.mjs';

const require = createRequire(import.meta.url);

export const javascriptPeers = [synapticPeer, brainPeer, mlFnnPeer, tfjsPeer];

const online = 'steps after every sample, not after all';

function rowsOf({ samples, units }) {
  const row = (values, width, s) => Array.from(values.subarray(s * width, (s + 1) * width));
  return Array.from({ length: samples.count }, (_, s) => ({
    input: row(samples.inputs, units[0], s),
    output: row(samples.targets, units.at(-1), s),
  }));
}

/** θ_ij of layer l (from 0), j = −1 for the bias. */
function parameterOf({ network, layout }, l, i, j) {
  const block = layout.layers[l];
  return network.theta[j < 0 ? block.biases + i : block.weights + i * block.columns + j];
}

function synapticPeer(task) {
  const { units, hidden, output, loss, samples } = task;
  if (units[0] > 100 || hidden === 'relu' || loss !== 'mse') return undefined;
  const { Architect, Neuron } = require('synaptic');
  const net = new Architect.Perceptron(...units);
  const squash = { sigmoid: Neuron.squash.LOGISTIC, tanh: Neuron.squash.TANH, identity: Neuron.squash.IDENTITY };
  const layers = [net.layers.input, ...net.layers.hidden, net.layers.output];
  for (const [l, layer] of layers.slice(1).entries()) {
    layer.list.forEach((neuron, i) => {
      neuron.squash = squash[l === layers.length - 2 ? output : hidden];
      neuron.bias = parameterOf(task, l, i, -1);
      for (const connection of Object.values(neuron.connections.inputs)) {
        connection.weight = parameterOf(task, l, i, layers[l].list.indexOf(connection.from));
      }
    });
  }
  const rows = rowsOf(task);
  return {
    name: 'synaptic',
    epoch: () => {
      for (const { input, output } of rows) {
        net.activate(input);
        net.propagate(LEARNING_RATE, output);
      }
    },
    outputs: () => net.activate(rows[0].input),
    // Its δ of an output is a − y, whatever the output's function, and it goes back through weights that it has changed.
    loss: 'binaryCrossEntropy',
    same: 1e-5,
    ...(samples.count > 1 && { differs: online }),
  };
}

function brainPeer(task) {
  const { hidden, output, loss, samples } = task;
  if (loss === 'mse' && hidden === output) return brainOf(task, hidden, samples.count > 1 ? online : undefined);
  return brainOf(task, hidden, `squared loss with ${hidden} on the outputs, too, and ${online}`);
}

function brainOf(task, activation, differs) {
  const { units } = task;
  const { NeuralNetwork } = require('brain.js');
  const options = { hiddenLayers: units.slice(1, -1), activation };
  const net = new NeuralNetwork({ ...options, inputSize: units[0], outputSize: units.at(-1) });
  // As options it refuses a momentum of 0, which is plain gradient descent.
  Object.assign(net.trainOpts, { learningRate: LEARNING_RATE, momentum: 0 });
  net.initialize();
  for (let l = 1; l < units.length; l++) {
    for (let i = 0; i < units[l]; i++) {
      net.biases[l][i] = parameterOf(task, l - 1, i, -1);
      for (let j = 0; j < units[l - 1]; j++) net.weights[l][i][j] = parameterOf(task, l - 1, i, j);
    }
  }
  const rows = rowsOf(task).map(({ input, output }) => ({
    input: Float32Array.from(input),
    output: Float32Array.from(output),
  }));
  return {
    name: 'brain.js',
    epoch: () => {
      for (const row of rows) net.trainPattern(row, false);
    },
    outputs: () => Array.from(net.runInput(rows[0].input)),
    same: 1e-5,
    ...(differs && { differs }),
  };
}

function mlFnnPeer(task) {
  const { units, hidden, samples } = task;
  if (units[0] > 100) return undefined;
  const FeedForwardNeuralNetworks = require('ml-fnn').default ?? require('ml-fnn');
  const rows = rowsOf(task);
  const labels = rows.map(({ output }) => output.indexOf(Math.max(...output)));
  const activation = hidden === 'sigmoid' ? 'logistic' : hidden;
  const options = { hiddenLayers: units.slice(1, -1), iterations: 1, learningRate: LEARNING_RATE, activation };
  const net = new FeedForwardNeuralNetworks(options);
  const features = rows.map(({ input }) => input);
  net.train(features, labels);
  // One epoch without the construction that `train` begins with.
  const { Matrix } = require('ml-matrix');
  const [matrix, targets] = [Matrix.checkMatrix(features), labels];
  return {
    name: 'ml-fnn',
    epoch: () => {
      const probabilities = net.propagate(matrix);
      net.backpropagation(matrix, targets, probabilities);
    },
    outputs: () => [],
    differs: samples.count === 1 ? 'softmax and cross-entropy' : 'softmax and cross-entropy, its own first weights',
  };
}

async function tfjsPeer(task) {
  const tf = require('@tensorflow/tfjs');
  require('@tensorflow/tfjs-backend-wasm');
  if (tf.getBackend() !== 'wasm') await tf.setBackend('wasm');
  await tf.ready();
  const { units, hidden, output, loss, samples, batch, layout, network } = task;
  const weights = layout.layers.map(({ weights, biases, rows, columns }) => ({
    matrix: tf.variable(tf.tensor2d(Float32Array.from(network.theta.subarray(weights, biases)), [rows, columns])),
    bias: tf.variable(tf.tensor1d(Float32Array.from(network.theta.subarray(biases, biases + rows)))),
  }));
  const g = { sigmoid: tf.sigmoid, tanh: tf.tanh, relu: tf.relu, identity: (z) => z, softmax: (z) => tf.softmax(z) };
  const logits = (x) =>
    weights.reduce((a, { matrix, bias }, l) => {
      const z = tf.add(tf.matMul(a, matrix, false, true), bias);
      return l === weights.length - 1 ? z : g[hidden](z);
    }, x);
  const lossOf = (x, y) => {
    const z = logits(x);
    if (loss === 'mse') return tf.div(tf.sum(tf.square(tf.sub(g[output](z), y))), 2 * x.shape[0]);
    const shifted = tf.sub(z, tf.max(z, 1, true));
    return tf.neg(tf.mean(tf.sum(tf.mul(y, tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), 1, true)))), 1)));
  };
  const batches = [];
  for (let first = 0; first < samples.count; first += batch) {
    const count = Math.min(batch, samples.count - first);
    const slice = (values, width) =>
      tf.tensor2d(Float32Array.from(values.subarray(first * width, (first + count) * width)), [count, width]);
    batches.push({ x: slice(samples.inputs, units[0]), y: slice(samples.targets, units.at(-1)) });
  }
  const optimizer = tf.train.sgd(LEARNING_RATE);
  return {
    name: 'tfjs (wasm, float32)',
    epoch: () => {
      for (const { x, y } of batches) optimizer.minimize(() => lossOf(x, y));
    },
    outputs: () => Array.from(tf.tidy(() => g[output](logits(batches[0].x))).dataSync()).slice(0, units.at(-1)),
    same: 1e-4,
  };
}
