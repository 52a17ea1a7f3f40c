/** A run outlives the extension host as bytes: all of it comes back, or nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EpochSeries } from '../../src/core/epochs';
import { decodeRun, encodeRun, sumOf, type SavedRun } from '../../src/app/savedRun';
import { samplesOf } from '../core/networks';

const series = new EpochSeries();
for (let epoch = 0; epoch <= 40; epoch++) {
  series.add({ epoch, loss: 1 / (1 + epoch), gradientNorm: epoch % 10 === 0 ? epoch : NaN });
}

const run: SavedRun = {
  uri: 'file:///networks/xor.nn.json',
  text: '{ "name": "XOR ⊕\n" }',
  dataSum: 123,
  epoch: 40,
  theta: Float64Array.of(0.1, -0, 5e-324, 1.7976931348623157e308),
  state: Float64Array.of(40, 41, NaN, Infinity, 0.1),
  outcome: null,
  totalEpochs: 100,
  findings: [{ code: 'dead-units', epoch: 8, layer: 2, units: [1, 3], message: 'Units 1 and 3 are dead.' }],
  rows: series.rows(),
  starts: [
    { id: 1, theta: new Float64Array(4), epoch: 0, learningRates: [{ step: 3, learningRate: 0.1 }] },
    { id: 4, theta: Float64Array.of(1, 2, 3, 4), epoch: 30, learningRates: [] },
  ],
};

const ended = { kind: 'epochs', message: 'Trained to epoch 40.' } as const;

async function bytesOf(saved: SavedRun): Promise<Uint8Array> {
  const bytes = await encodeRun(saved);
  if (!bytes) throw new Error('too large');
  return bytes;
}

describe('a saved run', () => {
  it.each([run, { ...run, state: null, outcome: ended }])('comes back bit for bit', async (saved) => {
    expect(await decodeRun(await bytesOf(saved))).toEqual(saved);
  });

  it('comes back from a Buffer within a larger one, as files are read', async () => {
    const bytes = await bytesOf(run);
    const pool = Buffer.alloc(bytes.length + 30, 7);
    pool.set(bytes, 11);
    expect(await decodeRun(pool.subarray(11, pool.length - 19))).toEqual(run);
  });

  it('that was not written to its end is none', async () => {
    const bytes = await bytesOf(run);
    for (let length = 0; length < bytes.length; length++) {
      expect(await decodeRun(bytes.subarray(0, length)), String(length)).toBeUndefined();
    }
    expect(await decodeRun(Buffer.concat([bytes, Buffer.alloc(8)]))).toBeUndefined();
  });

  it('is none where any single bit is another', async () => {
    const bytes = await bytesOf({ ...run, state: null, findings: [] });
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const changed = bytes.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (await decodeRun(changed)) throw new Error(`bit ${String(bit)} was not missed`);
    }
  });

  it('never throws, whatever the bytes', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array(), async (noise) => (await decodeRun(noise)) === undefined));
  });

  it('with weights that are no numbers, or rows of other epochs, is none', async () => {
    const wrong: readonly Partial<SavedRun>[] = [
      { theta: Float64Array.of(1, NaN, 1, 1) },
      { epoch: 39 },
      { epoch: 1.5 },
      { starts: [] },
      { starts: run.starts.map((start) => ({ ...start, theta: new Float64Array(3) })) },
    ];
    for (const change of wrong)
      expect(await decodeRun(await bytesOf({ ...run, ...change })), JSON.stringify(change)).toBeUndefined();
  });

  it('that is larger than the room for it is not saved', async () => {
    expect(await encodeRun({ ...run, theta: new Float64Array(9 * 2 ** 20) })).toBeUndefined();
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
