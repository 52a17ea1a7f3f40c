/** A run that is saved, lost with its worker, and taken up by another. */
import { describe, expect, it } from 'vitest';
import type { Network } from '../../src/core/network';
import { Trainer } from '../../src/engine/trainer';
import type { RunSnapshot } from '../../src/protocol';
import { drawnCase } from '../engine/drawn';
import { from, started, withEpochs, type Client } from './client';

const { network: drawn, samples } = drawnCase([5, 8, 3], 90);
const { theta } = drawn;
const constants = { momentum: 0.9, decay: 0.9, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };
const adam: Network = {
  ...drawn,
  training: {
    ...drawn.training,
    optimizer: { type: 'adam', learningRate: 0.01, ...constants },
    batchSize: 32,
    shuffle: true,
  },
};

async function saved(client: Client): Promise<RunSnapshot> {
  const state = await client.remote.saveRun();
  if (!state) throw new Error('the run has ended');
  return state;
}

describe('a run that was saved', () => {
  it('is taken up by another worker as if it had never stopped', async () => {
    const change = { step: 40, learningRate: 0.002 };
    const run = { ...from(theta, 7), learningRates: [change] };
    const first = await started(withEpochs(adam, 1e9), samples);
    const lost = first.remote.train({ run });
    await first.reports(2);
    const state = await saved(first);
    expect(first.progress.at(-1)?.epochs.epochs.at(-1)).toBeGreaterThanOrEqual(state.epoch);
    await first.remote.stop();
    await lost;

    const epochs = state.epoch - 7 + 50;
    const second = await started(adam, samples);
    const outcome = await second.remote.train({ run, state: state.state, epochs });
    const whole = new Trainer(adam, { training: samples }, { epochs, firstEpoch: 7, learningRates: [change] });
    whole.run(1e9);
    expect(outcome).toEqual({ epoch: 7 + epochs, loss: whole.loss, theta: whole.theta, stopReason: 'epochs' });
    expect(second.progress[0]?.epochs.epochs[0]).toBe(state.epoch);
  });

  it('while it stands still, is saved as it stands', async () => {
    const client = await started(withEpochs(drawn, 100), samples);
    const run = client.remote.train({ run: from(theta), paused: true });
    for (let epoch = 0; epoch < 3; epoch++) await client.remote.step('epoch');
    const state = await saved(client);
    expect(state.epoch).toBe(3);
    expect(state.theta).toEqual(client.progress.at(-1)?.theta);
    await client.remote.resume();
    await run;
    expect(await client.remote.saveRun()).toBeNull();
  });

  it('within an epoch, is saved at its end', async () => {
    const client = await started(withEpochs(adam, 5), samples);
    const run = client.remote.train({ run: from(theta), paused: true });
    await client.remote.step('epoch');
    await client.remote.step('batch');
    const saving = saved(client);
    await client.remote.step('epoch');
    expect((await saving).epoch).toBe(2);
    await client.remote.stop();
    await run;
  });

  it('of another network is refused', async () => {
    const client = await started(drawn, samples);
    const request = { run: from(theta), state: new Float64Array(5) };
    await expect(client.remote.train(request)).rejects.toThrow(/saved state/);
  });

  it('is paused on a whole epoch where epochs are short', async () => {
    const client = await started(withEpochs(adam, 1e9), samples);
    const run = client.remote.train({ run: from(theta) });
    await client.reports(2);
    await client.remote.pause();
    const state = await saved(client);
    const next = client.progress.length;
    await client.remote.step('epoch');
    expect(client.progress[next]?.epochs.epochs.at(-1)).toBe(state.epoch + 1);
    await client.remote.stop();
    await run;
  });
});
