import { describe, expect, test } from 'vitest';
import { parseNetworkFile } from '../../src/format';
import type { Problem } from '../../src/format';

const parse = (text: string) => parseNetworkFile(text, { fileName: 'a.nn.json' });
const applied = (text: string, problem: Problem | undefined): string => {
  const [edit] = problem?.fix?.edits ?? [];
  if (!edit) throw new Error(`no fix for ${problem?.message ?? 'nothing'}`);
  return text.slice(0, edit.offset) + edit.text + text.slice(edit.offset + edit.length);
};

const fileWith = ({ layer = '', more = '' }): string =>
  `{ "layers": [{ "units": 2 }, { "units": 1${layer} }]${more}, "data": { "inputs": [[1, 2]], "targets": [[1]] } }`;

describe('names of other tools', () => {
  test.each([
    ['linear', 'identity'],
    ['logistic', 'sigmoid'],
    ['Swish', 'silu'],
    ['leaky_relu', 'leakyRelu'],
    ['lrelu', 'leakyRelu'],
    ['rellu', 'relu'],
    ['Hard_Tanh', 'hardTanh'],
    ['sine', 'sin'],
    ['expit', 'sigmoid'],
  ])('the activation %s is %s', (word, ours) => {
    const text = fileWith({ layer: `, "activation": "${word}"` });
    const { problems } = parse(text);
    expect(problems.map(({ code }) => code)).toEqual(['unknown-name']);
    expect(parse(applied(text, problems[0])).network?.layers[1]?.activation.type).toBe(ours);
  });

  test.each(['prelu', 'rrelu', 'cos', 'maxout', 'threshold', 'log_softmax'])(
    'nothing is offered for the activation %s',
    (word) => {
      const { problems } = parse(fileWith({ layer: `, "activation": "${word}"` }));
      expect(problems.map(({ code, fix }) => [code, fix])).toEqual([['unknown-name', undefined]]);
    },
  );

  test.each([
    ['mean_squared_error', 'mse'],
    ['L1Loss', 'mae'],
    ['SmoothL1', 'huber'],
    ['MSE', 'mse'],
    ['squared_hinge', 'squaredHinge'],
  ])('the loss %s is %s', (word, ours) => {
    const text = fileWith({ more: `, "loss": "${word}"` });
    expect(parse(applied(text, parse(text).problems[0])).network?.loss.type).toBe(ours);
  });

  test.each(['categorical_crossentropy', 'nll', 'sparse_categorical_crossentropy'])('the loss %s', (word) => {
    const [problem] = parse(fileWith({ more: `, "loss": "${word}"` })).problems;
    expect(problem?.fix?.edits[0]?.text).toBe('"crossEntropy"');
  });

  test('the loss KLDiv', () => {
    const [problem] = parse(fileWith({ more: ', "loss": "KLDiv"' })).problems;
    expect(problem?.fix?.edits[0]?.text).toBe('"klDivergence"');
  });

  test.each(['rmse', 'triplet', 'ctc'])('nothing is offered for the loss %s', (word) => {
    expect(parse(fileWith({ more: `, "loss": "${word}"` })).problems[0]?.fix).toBeUndefined();
  });

  test('optimizers and initial weights', () => {
    const text = fileWith({
      layer: ', "init": "glorot_uniform"',
      more: ', "training": { "optimizer": { "type": "SGD" } }',
    });
    const { problems } = parse(text);
    expect(problems.map(({ fix }) => fix?.edits[0]?.text)).toEqual(['"xavierUniform"', '"gd"']);
    const adagrad = parse(fileWith({ more: ', "training": { "optimizer": { "type": "adagrad" } }' })).problems;
    expect(adagrad[0]?.fix).toBeUndefined();
  });
});

describe('keys of other tools', () => {
  test.each([
    ...['dropout', 'dropout_rate', 'batchNorm', 'batch_normalization', 'skip', 'residual', 'conv2d', 'kernel_size'],
    ...['recurrent', 'lstm', 'use_bias', 'trainable', 'kernel_initializer', 'kernel_regularizer', 'neurons'],
  ])('%s of a layer is an error', (key) => {
    const { problems, network } = parse(fileWith({ layer: `, "${key}": 0.5` }));
    expect(problems.map(({ code }) => code)).toEqual(['foreign-key']);
    expect(network).toBeUndefined();
  });

  test.each([
    ...['gradientClip', 'clip_grad_norm', 'reduction', 'sample_weights', 'optimizer', 'epochs', 'batch_size', 'lr'],
    ...['learningRate', 'weight_decay', 'loss_function', 'momentum', 'early_stopping', 'patience', 'lambda'],
  ])('%s of the file is an error', (key) => {
    const { problems, network } = parse(fileWith({ more: `, "${key}": 1` }));
    expect(problems.map(({ code }) => code)).toEqual(['foreign-key']);
    expect(network).toBeUndefined();
  });

  test('a key that means one of the same object is renamed', () => {
    const text = fileWith({ more: ', "training": { "epoch": 7, "batch_size": 1, "optimizer": { "lr": 0.5 } }' });
    let mended = text;
    for (let left = 3; left > 0; left--) mended = applied(mended, parse(mended).problems[0]);
    expect(parse(mended).network?.training).toMatchObject({
      epochs: 7,
      batchSize: 1,
      optimizer: { learningRate: 0.5 },
    });
  });

  test.each(['author', 'version', 'comment', 'source'])('%s stays a warning', (key) => {
    const { problems, network } = parse(fileWith({ more: `, "${key}": 1` }));
    expect(problems.map(({ code }) => code)).toEqual(['unknown-key']);
    expect(network).toBeDefined();
  });
});

describe('a matrix that fits transposed alone', () => {
  const file = (first: string, units: string): string =>
    `{ "layers": [{ "units": 2 }, { ${units}"weights": ${first} }, { "units": 1, "weights": [[1, 1, 1]] }] }`;

  test.each(['"units": 3, ', ''])('says so, with the fix that turns it (%s)', (units) => {
    const text = file('[[1, 2.50, 3], [4, 5, -6e0]]', units);
    const { problems } = parse(text);
    expect(problems.map(({ message }) => message)).toEqual([
      '"weights" of layer 2 has 2 × 3 numbers, expected 3 × 2: a row for each unit. It fits transposed',
    ]);
    const turned = applied(text, problems[0]);
    expect(turned).toContain('[[1, 4], [2.50, 5], [3, -6e0]]');
    expect([...(parse(turned).network?.theta.slice(0, 6) ?? [])]).toEqual([1, 4, 2.5, 5, 3, -6]);
  });

  test('a matrix that fits neither way is told row by row', () => {
    const { problems } = parse(file('[[1, 2, 3], [4, 5]]', '"units": 3, '));
    expect(problems.map(({ message }) => message).join()).not.toContain('transposed');
  });
});

test.each([
  ['brain.js', { sizes: [2, 3, 1], layers: [{ weights: [] }], type: 'NeuralNetwork' }],
  ['ConvNetJS', { layers: [{ out_depth: 2, layer_type: 'input' }, { layer_type: 'fc' }] }],
  ['Keras', { class_name: 'Sequential', config: { layers: [] }, keras_version: '2.15.0' }],
  ['TensorFlow.js', { format: 'layers-model', modelTopology: {}, weightsManifest: [] }],
  ['Synaptic', { neurons: [], connections: [] }],
])('a file of %s is one problem that names it', (name, content) => {
  const { problems } = parse(JSON.stringify(content));
  expect(problems.map(({ code }) => code)).toEqual(['foreign-file']);
  expect(problems[0]?.message).toContain(name);
});
