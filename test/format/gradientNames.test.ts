/** Files of gradients as programs write them: the names of the arrays, and how a bias stands. */

import { describe, expect, test } from 'vitest';
import { parseNetworkFile } from '../../src/format';
import { readGradients } from '../../src/format/gradients';

const { network } = parseNetworkFile(
  JSON.stringify({ layers: [{ units: 2 }, { units: 3 }, { units: 1 }], training: { seed: 1 } }),
  { fileName: 'names' },
);
if (!network) throw new Error('the network is refused');
const net = network;

const ARRAYS = {
  weights: [
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    [[7, 8, 9]],
  ],
  biases: [[10, 11, 12], [13]],
};
/** Each claim as its layer, its row, its column and its number. */
const CLAIMED = [
  ...ARRAYS.weights.flatMap((rows, l) => rows.flatMap((row, i) => row.map((value, j) => [l + 1, i + 1, j + 1, value]))),
  ...ARRAYS.biases.flatMap((row, l) => row.map((value, i) => [l + 1, i + 1, 0, value])),
].sort();

function claimsOf(bytes: Uint8Array): number[][] {
  const { claims, problems } = readGradients(bytes, net, 'units-by-inputs');
  expect(problems).toEqual([]);
  return claims.map(({ parameter: { layer, to, from }, value }) => [layer, to, from, value]).sort();
}

function safetensors(
  named: Readonly<Record<string, { readonly shape: number[]; readonly values: number[] }>>,
): Uint8Array {
  let at = 0;
  const header = Object.entries(named).map(([name, { shape, values }]) => {
    const start = at;
    at += 8 * values.length;
    return [name, { dtype: 'F64', shape, data_offsets: [start, at] }];
  });
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const bytes = new Uint8Array(8 + text.length + at);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(
    new Uint8Array(new Float64Array(Object.values(named).flatMap(({ values }) => values)).buffer),
    8 + text.length,
  );
  return bytes;
}

const NAMES: readonly (readonly [(l: number) => string, (l: number) => string])[] = [
  [(l) => `dW${String(l)}`, (l) => `db${String(l)}`],
  [(l) => `W${String(l)}.grad`, (l) => `b${String(l)}.grad`],
  [(l) => `grad_W${String(l)}`, (l) => `grad_b${String(l)}`],
  [(l) => `W${String(l)}_gradient`, (l) => `b${String(l)}_gradient`],
  [(l) => `dL_dW${String(l)}`, (l) => `dL_db${String(l)}`],
  [(l) => `fc${String(l)}.weight`, (l) => `fc${String(l)}.bias`],
  [(l) => `fc${String(l)}.weight.grad`, (l) => `fc${String(l)}.bias.grad`],
  [(l) => `${String(2 * (l - 1))}.weight`, (l) => `${String(2 * (l - 1))}.bias`],
  [(l) => `weights${String(l - 1)}`, (l) => `biases${String(l - 1)}`],
  [(l) => `coefs_${String(l - 1)}`, (l) => `intercepts_${String(l - 1)}`],
];

describe.each(NAMES.map((names) => [names[0](1), ...names] as const))('%s', (_, weights, biases) => {
  test('names an array of a file of tensors', () => {
    const named = [1, 2].flatMap((l) => {
      const [w = [], b = []] = [ARRAYS.weights[l - 1], ARRAYS.biases[l - 1]];
      return [
        [weights(l), { shape: [w.length, w[0]?.length ?? 0], values: w.flat() }],
        [biases(l), { shape: [b.length], values: b }],
      ] as const;
    });
    expect(claimsOf(safetensors(Object.fromEntries(named)))).toEqual(CLAIMED);
  });

  test('names a member of a JSON document, its biases flat, in one row or in one column', () => {
    for (const stands of [(b: number[]) => b, (b: number[]) => [b], (b: number[]) => b.map((one) => [one])]) {
      const named = [1, 2].flatMap((l) => [
        [weights(l), ARRAYS.weights[l - 1]],
        [biases(l), stands(ARRAYS.biases[l - 1] ?? [])],
      ]);
      const text = JSON.stringify({ loss: 0.3, ...Object.fromEntries(named) });
      expect(claimsOf(new TextEncoder().encode(text))).toEqual(CLAIMED);
    }
  });
});

test('a name of no layer is refused where it stands', () => {
  const text = JSON.stringify({ dW1: ARRAYS.weights[0], dW2: ARRAYS.weights[1], dW5: [[1]] });
  const { claims, problems } = readGradients(new TextEncoder().encode(text), net, 'units-by-inputs');
  expect(claims).toEqual([]);
  expect(problems.map(({ message }) => message)).toContainEqual(expect.stringContaining('is of no layer'));
});
