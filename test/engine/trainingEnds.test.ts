import { describe, expect, it } from 'vitest';
import { gradients, loss as referenceLoss } from '../../src/core/backprop';
import { Trainer } from '../../src/engine/trainer';
import { networkOf, samplesOf } from '../core/networks';
import { train, withTraining, xor } from './runs';

const linear = networkOf({ layers: [{ units: 2 }, { weights: [[1, -2]], biases: [0.5] }] });

describe('a run ends', () => {
  it('at once where J is small enough before any step', () => {
    const run = train(withTraining(xor.network, { stop: { loss: 10 } }), xor.samples);
    expect(run).toMatchObject({ end: 'loss', epoch: 0, theta: xor.network.theta });
    expect(run.history.length).toBe(1);
  });

  it('after the first epoch with J at or below the limit', () => {
    const free = train(xor.network, xor.samples, { epochs: 50 });
    const limit = free.history[20] ?? NaN;
    const run = train(withTraining(xor.network, { stop: { loss: limit } }), xor.samples);
    expect(run).toMatchObject({ end: 'loss', epoch: 20, loss: limit });
  });

  it.each(['full', 2] as const)(
    'after the first epoch with ‖∇J‖₂ at or below the limit, batch size %s',
    (batchSize) => {
      const stop = { gradientNorm: 0.1 };
      const network = withTraining(linear, { batchSize, shuffle: false });
      const run = train(withTraining(linear, { batchSize, shuffle: false, stop }), xor.samples);
      const norms = Array.from({ length: run.epoch + 1 }, (_, epochs) => {
        const { theta } = train(network, xor.samples, { epochs });
        return Math.hypot(...gradients({ network, theta, samples: xor.samples }).gradient);
      });
      expect(run.end).toBe('gradientNorm');
      expect(norms.findIndex((norm) => norm <= 0.1)).toBe(run.epoch);
      expect(run.epoch).toBeGreaterThan(2);
    },
  );

  it('after `patience` epochs without a better validation loss', () => {
    // The held-out targets are the opposite of the training's: the better it fits the one, the worse the other.
    const opposite = { ...xor.samples, targets: xor.samples.targets.map((y) => 1 - y) };
    const stop = { patience: 4 };
    const run = train(withTraining(xor.network, { stop }), xor.samples, {}, 1e9, opposite);
    expect(run.end).toBe('patience');
    const best = Math.min(...run.validationHistory);
    expect(run.epoch - run.validationHistory.lastIndexOf(best)).toBe(4);
  });

  it('after `patience` epochs without a better training loss where nothing is held out', () => {
    const network = withTraining(xor.network, { stop: { patience: 3 }, optimizer: { type: 'gd', learningRate: 0 } });
    expect(train(network, xor.samples)).toMatchObject({ end: 'patience', epoch: 3 });
  });

  it('after its epochs, and where the last of them meets a rule, by that rule', () => {
    const limit = train(xor.network, xor.samples, { epochs: 5 }).loss;
    expect(train(xor.network, xor.samples, { epochs: 5 })).toMatchObject({ end: 'epochs', epoch: 5 });
    const run = train(withTraining(xor.network, { stop: { loss: limit } }), xor.samples, { epochs: 5 });
    expect(run).toMatchObject({ end: 'loss', epoch: 5 });
  });

  it.each(['full', 2] as const)(
    'diverged at the first J that is not finite, with the state before it, batch size %s',
    (batchSize) => {
      const network = withTraining(linear, {
        optimizer: { type: 'gd', learningRate: 1e60 },
        batchSize,
        shuffle: false,
      });
      const run = train(network, xor.samples);
      expect(run.end).toBe('diverged');
      expect(run.history.every(Number.isFinite)).toBe(true);
      expect(run.theta.every(Number.isFinite)).toBe(true);
      expect(run.history.length).toBe(run.epoch + 1);
      expect(run.loss).toBe(referenceLoss({ network, theta: run.theta, samples: xor.samples }));
      const next = train(network, xor.samples, { epochs: run.epoch });
      expect(next).toMatchObject({ end: 'epochs', theta: run.theta });
    },
  );

  it('diverged where a parameter is infinite although J is not', () => {
    const dead = networkOf({ layers: [{ units: 1 }, { activation: 'relu', weights: [[1]] }, { weights: [[1]] }] });
    const network = withTraining(dead, { optimizer: { type: 'gd', learningRate: 1e300 } });
    const run = train(network, samplesOf({ inputs: [[1e20]], targets: [[0]] }));
    expect(run.end).toBe('diverged');
    expect(run.theta).toEqual(dead.theta);
  });

  it('diverged at epoch 0 where the first J is not finite already', () => {
    const run = train(xor.network, { ...xor.samples, targets: new Float64Array([0, 1e200, 1, 0]) });
    expect(run).toMatchObject({ end: 'diverged', epoch: 0, loss: Infinity, history: [Infinity] });
  });

  it('cancelled with the last complete epoch', () => {
    const trainer = new Trainer(withTraining(xor.network, { epochs: 1e9 }), { training: xor.samples });
    trainer.run(0);
    trainer.cancel();
    trainer.run(1e9);
    expect(trainer.end).toBe('cancelled');
    const same = train(xor.network, xor.samples, { epochs: trainer.epoch });
    expect(trainer.theta).toEqual(same.theta);
  });
});
