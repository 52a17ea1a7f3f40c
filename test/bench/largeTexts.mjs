// Network files as large as people make them, written as a program writes them: a row of numbers a line.
import { numbers } from './workloads.mjs';

/** A classifier of 20 features with so many rows in its text. */
export function manyRows(rows) {
  const next = numbers();
  const data = Array.from({ length: rows }, (_, row) => ({
    inputs: Array.from({ length: 20 }, () => round(next())),
    targets: [0, 1, 2].map((k) => Number(k === row % 3)),
  }));
  const list = (key) => data.map((row) => `      ${JSON.stringify(row[key])}`).join(',\n');
  return `{
  "layers": [
    { "units": 20 },
    { "units": 32, "activation": "relu" },
    { "units": 3, "activation": "softmax" }
  ],
  "loss": "crossEntropy",
  "data": {
    "inputs": [
${list('inputs')}
    ],
    "targets": [
${list('targets')}
    ]
  }
}
`;
}

/** Almost so many parameters written out in the text, in two layers, and one row of data. */
export function manyParameters(parameters) {
  const next = numbers();
  // 2 (u² + u) of them.
  const units = Math.floor((Math.sqrt(1 + 2 * parameters) - 1) / 2);
  const row = (length) => `[${Array.from({ length }, () => round(next())).join(', ')}]`;
  const layer = () => `{
      "units": ${units},
      "activation": "tanh",
      "weights": [
${Array.from({ length: units }, () => `        ${row(units)}`).join(',\n')}
      ],
      "biases": ${row(units)}
    }`;
  return `{
  "layers": [
    { "units": ${units} },
    ${layer()},
    ${layer()}
  ],
  "loss": "mse",
  "data": { "inputs": [${row(units)}], "targets": [${row(units)}] }
}
`;
}

function round(value) {
  return Number(value.toFixed(5));
}
