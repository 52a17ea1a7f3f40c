/** What an empty network file can begin as. */
export interface Skeleton {
  readonly label: string;
  readonly description: string;
  /** The text, with `${1:default}` where the reader fills something in. */
  readonly snippet: string;
}

/** The lecture's three networks with the reader's own numbers, and a classifier with random weights. */
export const SKELETONS: readonly Skeleton[] = [
  {
    label: 'Network 1-1: one logistic unit',
    description: 'One weight and one bias, one sample.',
    snippet: `{
  "layers": [
    { "units": 1 },
    { "activation": "sigmoid", "weights": [[\${1:0.8}]], "biases": [\${2:-0.2}] }
  ],
  "loss": { "type": "mse" },
  "data": { "inputs": [[\${3:1}]], "targets": [[\${4:1}]] }
}
`,
  },
  {
    label: 'Network 1-1-1: one path',
    description: 'Two weights without biases: one chain of five factors.',
    snippet: `{
  "layers": [
    { "units": 1 },
    { "activation": "sigmoid", "weights": [[\${1:0.6}]], "biases": false },
    { "activation": "sigmoid", "weights": [[\${2:-0.4}]], "biases": false }
  ],
  "loss": { "type": "mse" },
  "data": { "inputs": [[\${3:1.5}]], "targets": [[\${4:0.2}]] }
}
`,
  },
  {
    label: 'Network 2-2-2: several paths',
    description: 'Two paths from every weight of the first layer to the loss.',
    snippet: `{
  "layers": [
    { "units": 2 },
    { "activation": "sigmoid", "weights": [[\${1:0.1}, \${2:0.3}], [\${3:0.2}, \${4:-0.4}]], "biases": false },
    { "activation": "sigmoid", "weights": [[\${5:0.5}, \${6:-0.6}], [\${7:0.7}, \${8:0.8}]], "biases": false }
  ],
  "loss": { "type": "mse" },
  "data": { "inputs": [[\${9:0.05}, \${10:0.9}]], "targets": [[\${11:0}, \${12:1}]] }
}
`,
  },
  {
    label: 'Classifier: softmax and cross-entropy',
    description: 'Random weights, a hidden layer, one output for each class.',
    snippet: `{
  "layers": [
    { "units": 2 },
    { "units": \${1:8}, "activation": "tanh" },
    { "units": 3, "activation": "softmax" }
  ],
  "loss": { "type": "crossEntropy" },
  "data": {
    "inputs": [[\${2:0, 0}], [\${3:1, 0}], [\${4:0, 1}]],
    "targets": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
  },
  "training": { "optimizer": { "type": "adam", "learningRate": \${5:0.05} }, "epochs": \${6:200} },
  "seed": 1
}
`,
  },
];
