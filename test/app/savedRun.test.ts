/** A run outlives the extension host as bytes: all of it comes back, or nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EpochSeries } from '../../src/core/epochs';
import { decodeRun, encodeRun, sumOf, type KeptRun } from '../../src/app/savedRun';
import { samplesOf } from '../core/networks';

const series = new EpochSeries();
for (let epoch = 0; epoch <= 40; epoch++) {
  series.add({ epoch, loss: 1 / (1 + epoch), gradientNorm: epoch % 10 === 0 ? epoch : NaN });
}

const run: KeptRun = {
  uri: 'file:///networks/xor.nn.json',
  text: '{ "name": "XOR ⊕\n" }',
  dataSum: 123,
  epoch: 40,
  theta: Float64Array.of(0.1, -0, 5e-324, 1.7976931348623157e308),
  state: Float64Array.of(40, 41, NaN, Infinity, 0.1),
  outcome: null,
  totalEpochs: 100,
  findings: [{ kind: 'deadUnits', epoch: 8, layer: 2, units: [1, 3], message: 'Units 1 and 3 are dead.' }],
  rows: series.rows(),
  starts: [
    { id: 1, theta: new Float64Array(4), epoch: 0, learningRates: [{ step: 3, learningRate: 0.1 }] },
    { id: 4, theta: Float64Array.of(1, 2, 3, 4), epoch: 30, learningRates: [] },
  ],
};

function bytesOf(kept: KeptRun): Uint8Array {
  const bytes = encodeRun(kept);
  if (!bytes) throw new Error('too large');
  return bytes;
}

describe('a kept run', () => {
  it.each([run, { ...run, state: null, outcome: 'Trained to epoch 40.' }])('comes back bit for bit', (kept) => {
    expect(decodeRun(bytesOf(kept))).toEqual(kept);
  });

  it('comes back from a Buffer within a larger one, as files are read', () => {
    const pool = Buffer.alloc(bytesOf(run).length + 30, 7);
    pool.set(bytesOf(run), 11);
    expect(decodeRun(pool.subarray(11, pool.length - 19))).toEqual(run);
  });

  it('that was not written to its end is none', () => {
    const bytes = bytesOf(run);
    for (let length = 0; length < bytes.length; length++) expect(decodeRun(bytes.subarray(0, length))).toBeUndefined();
    expect(decodeRun(Buffer.concat([bytes, Buffer.alloc(8)]))).toBeUndefined();
  });

  it('never throws, whatever the bytes', () => {
    const bytes = bytesOf(run);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const changed = bytes.slice();
        changed[at] = byte;
        const decoded = decodeRun(changed);
        if (decoded) expect(decoded.theta.every(Number.isFinite)).toBe(true);
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), (noise) => decodeRun(noise) === undefined));
  });

  it('with weights that are no numbers, or rows of other epochs, is none', () => {
    const wrong: readonly Partial<KeptRun>[] = [
      { theta: Float64Array.of(1, NaN, 1, 1) },
      { epoch: 39 },
      { epoch: 1.5 },
      { starts: [] },
      { starts: run.starts.map((start) => ({ ...start, theta: new Float64Array(3) })) },
    ];
    for (const change of wrong)
      expect(decodeRun(bytesOf({ ...run, ...change })), JSON.stringify(change)).toBeUndefined();
  });

  it('that is larger than the room for it is not kept', () => {
    expect(encodeRun({ ...run, theta: new Float64Array(9 * 2 ** 20) })).toBeUndefined();
  });

  it('is told by the sum of its data whether they have changed', () => {
    const training = samplesOf({
      inputs: [
        [0, 1],
        [2, 3],
      ],
      targets: [[0], [1]],
    });
    const changed = { ...training, targets: training.targets.map((y) => 1 - y) };
    expect(sumOf({ training })).toBe(sumOf({ training: { ...training, inputs: training.inputs.slice() } }));
    const sums = [undefined, { training }, { training: changed }, { training, validation: training }].map(sumOf);
    expect(new Set(sums).size).toBe(sums.length);
  });
});
