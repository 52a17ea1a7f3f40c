/** The worker's answers about one parameter, asked over a wire. */

import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Channel, type Port } from '../../src/channel';
import { gradients, loss } from '../../src/core/backprop';
import { chain } from '../../src/core/chain';
import { judgeClaims } from '../../src/core/mistakes/claims';
import { descending } from '../../src/core/descent';
import { nudging, slicing } from '../../src/core/chain/nudge';
import { moved } from '../../src/core/landscape';
import { predicting } from '../../src/core/predictions';
import { runToEnd } from '../../src/core/check/steps';
import type { WorkerApi, WorkerEvents } from '../../src/protocol';
import { serve } from '../../src/worker/service';
import { drawnCase } from '../engine/drawn';
import { contributions, layerWindow, recursions, stepCurve } from '../core/atOnce';

const { network, samples } = drawnCase([5, 8, 3], 90);
const { theta } = network;
const parameter = { layer: 1, to: 2, from: 3 };
const nodes = [
  { kind: 'z', layer: 2, unit: 2 },
  { kind: 'a', layer: 2, unit: 2 },
] as const;

let channels: { dispose(): void }[];
let worker: Channel<WorkerApi>['remote'];

beforeEach(async () => {
  const { port1, port2 } = new MessageChannel();
  const yieldNow = () => new Promise<void>((resolve) => setImmediate(resolve));
  const near = connect<WorkerApi, WorkerEvents>(portOf(port1), {
    trained: () => undefined,
    checked: () => undefined,
    judged: () => undefined,
  });
  channels = [near, serve(portOf(port2), yieldNow), { dispose: () => port1.close() }];
  worker = near.remote;
  await worker.load({ network, data: { training: samples } });
});
afterEach(() => {
  for (const channel of channels) channel.dispose();
});

describe('the worker', () => {
  it('keeps what it knows of one θ, and mistakes it for no other', async () => {
    const other = theta.map((value, k) => (k === theta.length - 1 ? value + 1e-12 : value));
    for (const at of [theta, theta, other, theta]) {
      const { gradient, paths } = await worker.chain({ theta: at, parameter, sample: null, paths: 4 });
      expect({ gradient, paths }).toEqual({
        gradient: chain({ network, theta: at, samples }, parameter, { paths: 4 }).gradient,
        paths: chain({ network, theta: at, samples }, parameter, { paths: 4 }).paths,
      });
    }
  });

  it('gives J at the places of a plane as core does', async () => {
    const ask = { theta, kind: 'eigenvectors', seed: 1 } as const;
    const { across, up, path, held } = await worker.plane(ask);
    expect([across.is, up.is, path.epochs.length, held]).toEqual(['eigenvector', 'eigenvector', 0, NaN]);
    const places = Float64Array.of(0, 0, 0.5, -0.25, -1, 2);
    const losses = await worker.losses({ theta, across: across.direction, up: up.direction, places });
    for (const [n, found] of losses.entries()) {
      const [alpha, beta] = [places[2 * n] ?? NaN, places[2 * n + 1] ?? NaN];
      const at = moved(theta, [across.direction, up.direction], alpha, beta);
      expect(found).toBeCloseTo(loss({ network, theta: at, samples }), 12);
    }
  });

  it('lays a plane through the path of the run that was on here, or trains it again, and the points are the same', async () => {
    const run = { id: 1, theta, epoch: 0, learningRates: [] };
    const { theta: newest, epoch } = await worker.train({ run, epochs: 20 });
    const ask = (id: number) =>
      worker.plane({
        theta: newest,
        kind: 'path',
        seed: 1,
        run: { starts: [{ ...run, id }], newest: { epoch, theta: newest } },
      });
    const plane = await ask(1);
    expect([...plane.path.epochs]).toEqual(Array.from({ length: 21 }, (_, n) => n));
    expect([plane.path.across[20], plane.path.up[20], plane.across.is]).toEqual([0, 0, 'principal']);
    expect(await ask(2)).toEqual(plane);
  });

  it('answers each reading as core does', async () => {
    const { paths } = chain({ network, theta, samples }, parameter, { sample: 4, paths: 3 });
    expect((await worker.chain({ theta, parameter, sample: 4, paths: 3 })).paths).toEqual(paths);
    const routes = paths.map((path) => path.nodes);
    expect(await worker.contributions({ theta, parameter, routes })).toEqual(
      contributions({ network, theta, samples }, parameter, routes),
    );
    expect(await worker.recursions({ theta, sample: 90, nodes, limit: 2 })).toEqual(
      recursions({ network, theta, samples }, 90, nodes, 2),
    );
    const window = {
      layer: 2,
      samples: { first: 80, count: 5 },
      rows: { first: 2, count: 2 },
      columns: { first: 0, count: 4 },
    };
    expect(await worker.layerWindow({ theta, window })).toEqual(layerWindow({ network, theta, samples }, window));
    expect(await worker.stepCurve({ theta, parameter, gradient: 0.25, sample: 4 })).toEqual(
      stepCurve({ network, theta, samples }, parameter, 0.25, 4),
    );
    expect(await worker.predictions({ theta, rows: 7 })).toEqual(
      runToEnd(predicting(network, theta, { training: samples }, 7)),
    );
    const claims = [
      { parameter, value: 0.25, text: '0.25' },
      { parameter: { layer: 2, to: 1, from: 0 }, value: 0, text: '0' },
    ];
    expect(await worker.claims({ theta, claims })).toEqual(judgeClaims(network, theta, samples, claims));
  });

  it('moves a parameter as core does, all samples or one', async () => {
    const range = { from: -1, to: 2, points: 9 };
    for (const sample of [undefined, 7]) {
      const at = { theta, parameter, sample: sample ?? null };
      const core = [{ network, theta, samples }, parameter] as const;
      for (const step of [-1, 0, 1e-6]) {
        const [gain] = runToEnd(nudging(...core, Float64Array.of(step), sample));
        expect(await worker.nudge({ ...at, step })).toBe(gain);
      }
      expect(await worker.slice({ ...at, range })).toEqual(runToEnd(slicing(...core, { ...range, sample })));
      const { gradient } = gradients({ network, theta, samples }, sample);
      const expected = runToEnd(descending(...core, gradient, { learningRate: 0.5, sample }));
      const step = await worker.descend({ ...at, learningRate: 0.5 });
      expect(step.before).toBeCloseTo(expected.before, 13);
      expect(step.gain).toBeCloseTo(expected.gain, 13);
      expect(step.own.gain).toBeCloseTo(expected.own.gain, 13);
    }
  });

  it('leaves what an asker no longer asks for, and nothing of others', async () => {
    const long = { theta, parameter, sample: null, range: { from: -1, to: 1, points: 50_000 } };
    const outcome = worker.slice({ ...long, requester: 'one' }).catch((error: unknown) => error);
    const other = worker.slice({ ...long, range: { from: -1, to: 1, points: 5 }, requester: 'two' });
    const again = worker.slice({ ...long, range: { from: -2, to: 2, points: 5 }, requester: 'one' });
    expect(await outcome).toMatchObject({ name: 'Superseded' });
    expect(await other).toMatchObject({ from: -1, to: 1 });
    expect(await again).toMatchObject({ from: -2, to: 2 });
  });

  it('leaves a window into a layer and an opened recursion, too, when others are asked for', async () => {
    const all = { samples: { first: 1, count: 90 }, rows: { first: 1, count: 8 }, columns: { first: 0, count: 6 } };
    // Hundreds of thousands of levels and rows: a slice does not do them.
    const many = { theta, sample: 1, nodes: new Array(200_000).fill(nodes[0]), limit: 2, requester: 'one' };
    const opened = worker.recursions(many).catch((error: unknown) => error);
    expect(await worker.recursions({ ...many, nodes: [nodes[1]] })).toHaveLength(1);
    expect(await opened).toMatchObject({ name: 'Superseded' });

    const count = 100_000;
    const inputs = Float64Array.from(
      { length: 5 * count },
      (_, at) => samples.inputs[at % samples.inputs.length] ?? NaN,
    );
    await worker.load({ network, data: { training: { count, inputs, targets: new Float64Array(3 * count) } } });
    const window = { ...all, layer: 1, samples: { first: 1, count } };
    const looked = worker.layerWindow({ theta, window, requester: 'one' }).catch((error: unknown) => error);
    const next = await worker.layerWindow({ theta, window: { ...window, samples: all.samples }, requester: 'one' });
    expect(next.delta).toHaveLength(90 * 8);
    expect(await looked).toMatchObject({ name: 'Superseded' });
  });

  it('leaves all that an asker no longer waits for, and answers what it asks for afterwards', async () => {
    const long = { theta, parameter, sample: null, range: { from: -1, to: 1, points: 50_000 } };
    const outcome = worker.slice({ ...long, requester: 'one' }).catch((error: unknown) => error);
    const other = worker.slice({ ...long, range: { from: -1, to: 1, points: 5 }, requester: 'two' });
    await worker.leave('one');
    const again = worker.slice({ ...long, range: { from: -2, to: 2, points: 5 }, requester: 'one' });
    expect(await outcome).toMatchObject({ name: 'Superseded' });
    expect(await other).toMatchObject({ from: -1, to: 1 });
    expect(await again).toMatchObject({ from: -2, to: 2 });
  });

  it('names what does not exist, with the range that does', async () => {
    const missing = { layer: 1, to: 9, from: 1 };
    const message = 'there is no parameter 1,9,1 (l,i,j): of layer 1, i is 1…8 and j is 0…5';
    await expect(worker.chain({ theta, parameter: missing, sample: null, paths: 1 })).rejects.toThrow(message);
    await expect(worker.nudge({ theta, parameter: missing, sample: null, step: 1 })).rejects.toThrow(message);
    await expect(worker.recursions({ theta, sample: 91, nodes, limit: 1 })).rejects.toThrow(/there is no sample 91/);
  });
});

function portOf(port: MessagePort): Port {
  return {
    post: (message) => {
      port.postMessage(message);
    },
    onMessage: (listener) => {
      port.on('message', listener);
      return () => port.off('message', listener);
    },
  };
}
