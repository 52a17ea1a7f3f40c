import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/core/backprop';
import { runToEnd } from '../../src/core/check/steps';
import { sharpness } from '../../src/core/curvature';
import { chain } from '../../src/core/chain';
import { checkFast } from '../../src/engine/kernels/checking';
import { unpackReport } from '../../src/core/check/packed';
import { parameterLayout, type Network, type Samples } from '../../src/core/network';
import { Trainer } from '../../src/engine/trainer';
import { drawnCase } from '../engine/drawn';
import { largest, largestDifference } from '../engine/measures';
import { Client, from, started as startedWith, withEpochs } from './client';

const { network: drawn, samples } = drawnCase([5, 8, 3], 90);
const validation = drawnCase([5, 8, 3], 20).samples;
const endless = withEpochs(drawn, 1e9);

/** A worker with the drawn network, or another, and the drawn samples. */
function started(network: Network, training: Samples = samples, held?: Samples): Promise<Client> {
  return startedWith(network, training, held);
}

describe('a run of very many short epochs', () => {
  it('answers each request in turn, and stands still when it is told to', async () => {
    const { network, samples: spirals } = drawnCase([2, 16, 16, 1], 194);
    const training = { ...network.training, batchSize: 32, epochs: 200_000 };
    const client = await started({ ...network, training }, spirals);
    const ended = client.remote.train({ run: from(network.theta) });
    for (let request = 0; request < 50; request++) {
      const { classes } = await client.remote.predictions({ theta: network.theta, rows: 1 });
      expect(classes).not.toBe(1);
    }
    await client.remote.pause();
    const before = client.progress.at(-1)?.epochs.epochs.at(-1) ?? 0;
    expect(before).toBeLessThan(200_000);
    await client.remote.stop('training');
    const { stopReason, epoch } = await ended;
    expect(stopReason).toBe('cancelled');
    expect(epoch).toBeLessThan(200_000);
  });
});

describe('the worker', () => {
  const { theta } = drawn;

  it('analyses as the reference does: all samples, or one', async () => {
    const { remote } = await started(drawn);
    const other = theta.map((value) => value / 2);
    for (const [sample, given] of [
      [undefined, theta],
      [1, theta],
      [90, undefined],
      [undefined, undefined],
      [undefined, other],
    ] as const) {
      const analysis = await remote.analyse({
        ...(given && { theta: given }),
        ...(sample !== undefined && { sample }),
      });
      const expected = gradients({ network: drawn, theta: given ?? drawn.theta, samples }, sample);
      expect(analysis.loss).toBeCloseTo(expected.loss, 12);
      expect(largestDifference(analysis.gradient, expected.gradient)).toBeLessThanOrEqual(
        1e-13 * largest(expected.gradient),
      );
      for (const kind of ['z', 'a', 'delta'] as const) {
        analysis.units[kind].forEach((units, l) => {
          expect(largestDifference(units, expected.units[kind][l] ?? [])).toBeLessThan(1e-13);
        });
      }
    }
  });

  it('gives chains, rows and checks', async () => {
    const { remote, checks } = await started(drawn);
    const parameter = { layer: 1, to: 2, from: 3 };
    const request = { theta, parameter, sample: 4, paths: 5 };
    expect(await remote.chain(request)).toEqual(
      chain({ network: drawn, theta, samples }, parameter, { sample: 4, paths: 5 }),
    );

    const rows = await remote.rows({ theta, first: 89, count: 10 });
    expect(rows).toMatchObject({ first: 89, count: 2 });
    expect(rows.inputs).toEqual(samples.inputs.slice(88 * 5));
    expect(rows.targets).toEqual(samples.targets.slice(88 * 3));
    const [first, second] = [89, 90].map((sample) => gradients({ network: drawn, theta, samples }, sample));
    expect([...rows.losses]).toEqual([first?.loss, second?.loss]);
    expect([...rows.outputs]).toEqual([...(first?.units.a.at(-1) ?? []), ...(second?.units.a.at(-1) ?? [])]);

    expect(unpackReport(await remote.check({ theta, sample: 1 }), parameterLayout(drawn.layers))).toEqual(
      checkFast({ network: drawn, theta, samples }, { sample: 1 }),
    );
    expect(checks.every(({ done, total }) => done <= total)).toBe(true);
  });

  it('reports every epoch of a run once, in order, and θ after the newest', async () => {
    const network = withEpochs(drawn, 3000);
    const client = await started(network, samples, validation);
    const outcome = await client.remote.train({ run: from(theta) });

    const trainer = new Trainer(network, { training: samples, validation });
    trainer.run(1e9);
    expect(client.epochs).toEqual(trainer.takeHistory());
    expect(outcome).toEqual({ epoch: 3000, loss: trainer.loss, theta: trainer.theta, stopReason: 'epochs' });
    expect(client.progress.at(-1)?.theta).toEqual(outcome.theta);
  });

  it('answers while it trains, about the parameters that it is asked for', async () => {
    const client = await started(endless);
    const run = client.remote.train({ run: from(theta) });
    await client.reports(2);
    const { loss } = await client.remote.analyse({ theta });
    expect(loss).toBeCloseTo(gradients({ network: drawn, theta, samples }).loss, 12);
    await client.remote.stop();
    expect((await run).stopReason).toBe('cancelled');
  });

  it('finds λ_max of a run while it is on', async () => {
    const client = await started(endless);
    const start = from(theta);
    const run = client.remote.train({ run: start, epochs: 1e8 });
    const at = { theta, run: { starts: [start], newest: { epoch: 0, theta } } };
    let found = await client.remote.sharpness(at);
    for (let more = 1; found.epochs.length < 3; more++) {
      await client.reports(more);
      found = await client.remote.sharpness(at);
    }
    expect([...found.epochs.slice(0, 3)]).toEqual([0, 1, 2]);
    await client.remote.stop();
    await run;
    const after = { network: drawn, theta: await client.remote.thetaAfter({ run: start, epoch: 2 }), samples };
    expect(found.lambdaMax[2]).toBeCloseTo(runToEnd(sharpness(after)), 9);
  });

  it('stops with what it has', async () => {
    const client = await started(endless);
    const run = client.remote.train({ run: from(theta), epochs: 1e8 });
    await client.reports(1);
    await client.remote.stop();
    const outcome = await run;
    expect(outcome.epoch).toBe(client.epochs.loss.length - 1);
    expect(outcome.loss).toBe(client.epochs.loss.at(-1));
    const same = new Trainer(drawn, { training: samples }, { epochs: outcome.epoch });
    same.run(1e9);
    expect(outcome.theta).toEqual(same.theta);
  });

  it('stands still while it is paused, goes on after, and can be stopped while it is paused', async () => {
    const client = await started(endless);
    const run = client.remote.train({ run: from(theta) });
    await client.reports(2);
    await client.remote.pause();
    // The slice under way comes to its end first. Without a pause the number would rise for ever.
    let reached: number;
    do {
      reached = client.epochs.loss.length;
      for (let times = 0; times < 5; times++) await client.remote.analyse({ theta });
    } while (client.epochs.loss.length !== reached);

    const before = client.progress.length;
    await client.remote.resume();
    await client.reports(before + 2);
    expect(client.epochs.loss.length).toBeGreaterThan(reached);

    await client.remote.pause();
    await client.remote.stop();
    expect((await run).stopReason).toBe('cancelled');
  });

  it('keeps a run on its own network when another is loaded', async () => {
    const network = withEpochs(drawn, 2000);
    const client = await started(network);
    const run = client.remote.train({ run: from(theta) });
    const other = drawnCase([2, 2], 4);
    await client.remote.load({ network: other.network, data: { training: other.samples } });
    const { gradient } = await client.remote.analyse({ theta: other.network.theta });
    expect(gradient.length).toBe(other.network.theta.length);
    const alone = new Trainer(network, { training: samples });
    alone.run(1e9);
    expect((await run).theta).toEqual(alone.theta);
  });

  it('trains one run at a time, and another after it', async () => {
    const client = await started(endless);
    const run = client.remote.train({ run: from(theta) });
    await client.reports(1);
    await expect(client.remote.train({ run: from(theta) })).rejects.toThrow(/already running/);
    await client.remote.stop('training');
    await run;
    expect((await client.remote.train({ run: from(theta), epochs: 3 })).epoch).toBe(3);
  });

  it('ends a check when it is told to, and leaves the run alone', async () => {
    const large = drawnCase([40, 60, 40, 10], 200);
    const client = await started(withEpochs(large.network, 1e9), large.samples);
    const run = client.remote.train({ run: from(large.network.theta) });
    const checking = client.remote.check({ theta: large.network.theta });
    await client.remote.stop('check');
    await expect(checking).rejects.toMatchObject({ name: 'Stopped' });
    const before = client.progress.length;
    await client.reports(before + 1);
    await client.remote.stop();
    expect((await run).stopReason).toBe('cancelled');
  });

  it('says what is wrong with a request', async () => {
    const { remote } = new Client();
    await expect(remote.analyse({ theta })).rejects.toThrow(/no network/);
    await remote.load({ network: drawn, data: undefined });
    await expect(remote.train({ run: from(theta) })).rejects.toThrow(/no data/);
    await remote.load({ network: drawn, data: { training: samples } });
    await expect(remote.analyse({ theta, sample: 91 })).rejects.toThrow(/no sample 91/);
    await expect(remote.rows({ theta, first: 91, count: 1 })).rejects.toThrow(/no sample 91/);
    expect((await remote.analyse({ theta, sample: 90 })).penalty).toBe(0);
  });

  it('steps by epochs and by mini-batches, and stands still between', async () => {
    const network = { ...drawn, training: { ...drawn.training, epochs: 5, batchSize: 40, shuffle: true } };
    const client = await started(network);
    const run = client.remote.train({ run: from(theta, 7), paused: true });
    await client.remote.step('batch');
    expect(client.progress.at(-1)).toMatchObject({ batch: { done: 1, of: 3 } });
    await client.remote.step('epoch');
    expect(client.progress.at(-1)).toMatchObject({ batch: null });
    expect(client.progress.at(-1)?.epochs.epochs.at(-1)).toBe(8);
    const same = new Trainer(network, { training: samples }, { epochs: 1 });
    same.run(1e9);
    expect(client.progress.at(-1)?.theta).toEqual(same.theta);
    await client.remote.resume();
    expect(await run).toMatchObject({ epoch: 12, stopReason: 'epochs' });
  });

  it('looks back at any epoch, while it trains and after, with the changes of the learning rate', async () => {
    const client = await started(withEpochs(drawn, 1e9));
    const start = from(theta);
    const run = client.remote.train({ run: start, paused: true });
    for (let epoch = 0; epoch < 3; epoch++) await client.remote.step('epoch');
    const change = await client.remote.setLearningRate(0.003);
    expect(change).toEqual({ step: 3, learningRate: 0.003 });
    await client.remote.resume();
    const before = client.progress.length;
    await client.reports(before + 2);
    const known = client.progress[before + 1];
    const changed = { ...start, learningRates: change ? [change] : [] };
    const epoch = known?.epochs.epochs.at(-1) ?? NaN;
    expect(await client.remote.thetaAfter({ run: changed, epoch })).toEqual(known?.theta);
    await client.remote.stop();
    await run;
    // A worker that knows nothing of the run starts it again.
    const other = await started(drawn);
    expect(await other.remote.thetaAfter({ run: changed, epoch })).toEqual(known?.theta);
    const at2 = await client.remote.thetaAfter({ run: changed, epoch: 2 });
    const same = new Trainer(drawn, { training: samples }, { epochs: 2 });
    same.run(1e9);
    expect(at2).toEqual(same.theta);
  });

  it('gives up a look back when another epoch is asked for', async () => {
    const { remote } = await started(drawn);
    const first = remote.thetaAfter({ run: from(theta), epoch: 1e9 });
    const second = remote.thetaAfter({ run: from(theta), epoch: 0 });
    await expect(first).rejects.toMatchObject({ name: 'Stopped' });
    expect(await second).toEqual(theta);
  });

  it('compares with an epoch for one asker while another looks at another epoch', async () => {
    const { remote } = await started(drawn);
    const compared = remote.thetaAfter({ run: from(theta), epoch: 3000, requester: 'one' });
    expect(await remote.thetaAfter({ run: from(theta), epoch: 0 })).toEqual(theta);
    const expected = await remote.thetaAfter({ run: from(theta), epoch: 3000 });
    expect(await compared).toEqual(expected);
    const left = remote.thetaAfter({ run: from(theta), epoch: 1e9, requester: 'one' });
    const taken = remote.thetaAfter({ run: from(theta), epoch: 0, requester: 'one' });
    await expect(left).rejects.toMatchObject({ name: 'Superseded' });
    expect(await taken).toEqual(theta);
  });
});

describe('the health of a run', () => {
  it('is told once for each layer, with the epoch at which it was seen', async () => {
    const dying = drawnCase([2, 3, 1], 6, { hidden: { type: 'relu' } });
    const theta = dying.network.theta.slice();
    // The biases of layer 2: no sum reaches 0 any more.
    theta.fill(-9, 6, 9);
    const client = await started(withEpochs(dying.network, 100), dying.samples);
    await client.remote.train({ run: from(theta) });
    const findings = client.progress.flatMap((progress) => progress.findings);
    expect(findings).toEqual([expect.objectContaining({ code: 'dead-units', epoch: 1, layer: 2, units: [1, 2, 3] })]);
  });
});
