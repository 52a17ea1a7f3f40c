/** Runs that another program records, followed while they grow and looked back at. */

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecordedRuns } from '../../src/app/recordedRuns';
import { Trainer } from '../../src/engine/trainer';
import { readRunFile } from '../../src/format/runFile';
import { OpenFile } from './openFile';

const xor = readFileSync(new URL('../../media/examples/xor.nn.json', import.meta.url), 'utf8');

/** What the Python helper writes: its docstring describes it. */
function runFile(thetas: readonly Float64Array[], unit = 'epoch'): Uint8Array {
  const parameters = thetas[0]?.length ?? 0;
  const header = JSON.stringify({ network: 'xor.nn.json', unit, parameters, record: 3 + 2 * parameters });
  const magic = 'GRADIENT-INSPECTOR-RUN 1\n';
  const first = `${magic}${header}${' '.repeat(7 - ((magic.length + header.length) % 8))}\n`;
  const records = thetas.flatMap((theta, k) => [k, 1 / (k + 1), 0, ...theta, ...theta.map(() => NaN)]);
  return new Uint8Array([...new TextEncoder().encode(first), ...new Uint8Array(Float64Array.from(records).buffer)]);
}

describe('a run that another program records', () => {
  let file: OpenFile;
  const runs = new RecordedRuns();

  beforeEach(async () => {
    file = new OpenFile(xor);
    await file.session.text.current();
  });
  afterEach(() => {
    file.session.dispose();
  });

  /** θ of `epochs` epochs of this file, at `rate` times its own η. */
  function thetas(epochs: number, rate = 1): Float64Array[] {
    const model = file.session.text.model;
    if (!model?.data) throw new Error('the file has no data');
    const { network, data } = model;
    const { optimizer } = network.training;
    const training = { ...network.training, optimizer: { ...optimizer, learningRate: rate * optimizer.learningRate } };
    return Array.from({ length: epochs + 1 }, (_, epoch) => {
      const trainer = new Trainer({ ...network, training: { ...training, stop: {} } }, data, { epochs: epoch });
      while (!trainer.end) trainer.run(10);
      return trainer.theta;
    });
  }

  it('is shown as a run, and each of its epochs can be looked back at', async () => {
    const recorded = thetas(6);
    await runs.show(file.session, 'xor.nn-run', runFile(recorded));
    const { state, session } = file;
    expect([...(state.history?.epochs ?? [])]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(state.history?.loss[5]).toBeCloseTo(1 / 6, 12);
    expect(session.view.shown?.theta).toEqual(recorded[6]);
    expect(state.training.outcome?.message).toBe(
      'Recorded in xor.nn-run: 6 epochs, J = 0.14286. It equals training here, up to rounding.',
    );
    await session.view.lookAt(2);
    expect(session.view.shown?.theta).toEqual(recorded[2]);
    expect(file.state.training.lookedAt).toBe(2);
    expect(state.training.unwritten).toBe(true);
  });

  it('says at which epoch it first differs from training here, and why', async () => {
    await runs.show(file.session, 'xor.nn-run', runFile(thetas(4, 2)));
    expect(file.state.training.outcome?.message).toMatch(
      /4 epochs, J = 0\.2\. The first difference from training here is at epoch 1: its learning rate is /,
    );
  });

  it('grows as its file does, a record that is cut off apart', async () => {
    const recorded = thetas(8);
    await runs.show(file.session, 'xor.nn-run', runFile(recorded.slice(0, 4)));
    const revision = file.session.training.log.revision;
    await runs.show(file.session, 'xor.nn-run', runFile(recorded).subarray(0, -8));
    expect(file.session.training.log.revision).toBe(revision);
    expect(file.state.training.totalEpochs).toBe(7);
    expect(file.state.history?.epochs.at(-1)).toBe(7);
    expect(file.session.view.shown?.theta).toEqual(recorded[7]);
    expect(file.state.earlierRuns).toEqual([]);
  });

  it('that is begun anew leaves the old one to the comparison', async () => {
    await runs.show(file.session, 'xor.nn-run', runFile(thetas(5, 2)));
    await runs.show(file.session, 'xor.nn-run', runFile(thetas(3)));
    expect(file.state.earlierRuns).toHaveLength(1);
    expect(file.state.training.totalEpochs).toBe(3);
    expect(file.state.training.outcome?.message).toMatch(/equals training here/);
  });

  it('stays looked back at while it grows', async () => {
    const recorded = thetas(8);
    await runs.show(file.session, 'xor.nn-run', runFile(recorded.slice(0, 6)));
    await file.session.view.lookAt(3);
    await runs.show(file.session, 'xor.nn-run', runFile(recorded));
    expect(file.session.view.shown?.theta).toEqual(recorded[3]);
  });

  it('is refused where it is of another network, damaged or in the way of a run', async () => {
    const { session } = file;
    await expect(runs.show(session, 'a', runFile([new Float64Array(3)]))).rejects.toThrow(
      /records 3 parameters, but the network has 13/,
    );
    await expect(runs.show(session, 'a', runFile(thetas(1)).subarray(0, 200))).rejects.toThrow(/no records yet/);
    void session.training.step(session.view.shown ?? fail(), 'epoch');
    await expect(runs.show(session, 'a', runFile(thetas(1)))).rejects.toThrow(/training is running/);
    await session.training.stop();
  });
});

describe('a run file', () => {
  const bytes = runFile([Float64Array.of(1, 2), Float64Array.of(3, 4)]);
  const damaged = (change: (text: string) => string): Uint8Array => {
    const text = change(Buffer.from(bytes).toString('latin1'));
    return new Uint8Array(Buffer.from(text, 'latin1'));
  };

  it.each([
    ['another beginning', damaged((text) => text.replace('RUN 1', 'RUN 2')), /does not begin with/],
    ['no end of its header', bytes.subarray(0, 40), /header is cut off/],
    ['no JSON in it', damaged((text) => text.replace('{', '[')), /header is damaged/],
    ['a length that lies', damaged((text) => text.replace('"record":7', '"record":9')), /expected 7 for 2 parameters/],
    ['a length out of reach', damaged((text) => text.replace('"parameters":2', '"parameters":1e99')), /damaged/],
    ['records out of order', new Uint8Array([...bytes, ...bytes.subarray(-56)]), /record 2 is numbered 1/],
  ])('with %s is refused', (_, content, message) => {
    expect(() => readRunFile(content)).toThrow(message);
  });

  it('reads as far as it goes', () => {
    for (let end = bytes.length; end > bytes.length - 56; end--) {
      expect(readRunFile(bytes.subarray(0, end)).records).toBe(end === bytes.length ? 2 : 1);
    }
  });
});

function fail(): never {
  throw new Error('nothing is shown');
}
