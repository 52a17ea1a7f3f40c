/** XOR, whose 50 epochs are over in a moment. */
export const xor = JSON.stringify({
  layers: [{ units: 2 }, { units: 3, activation: 'tanh' }, { units: 1, activation: 'sigmoid' }],
  loss: 'mse',
  data: {
    inputs: [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    targets: [[0], [1], [1], [0]],
  },
  seed: 3,
  training: { optimizer: { type: 'gd', learningRate: 0.5 }, epochs: 50 },
});
