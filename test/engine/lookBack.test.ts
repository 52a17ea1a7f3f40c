import { describe, expect, it } from 'vitest';
import { targetsAreClasses } from '../../src/core/classes';
import { OPTIMIZERS, type OptimizerName } from '../../src/core/functions';
import type { Network, TrainingSettings } from '../../src/core/network';
import { layerMeasures } from '../../src/core/layerMeasures';
import { Checkpoints } from '../../src/engine/checkpoints';
import { Trainer } from '../../src/engine/trainer';
import type { TrainerOptions } from '../../src/engine/trainerOptions';
import { gradients } from '../../src/core/backprop';
import { networkOf, samplesOf } from '../core/networks';
import { drawnCase } from './drawn';

const { network, samples } = drawnCase([3, 5, 2], 23);

const constants = { momentum: 0.9, decay: 0.9, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };
const optimizers = Object.keys(OPTIMIZERS) as OptimizerName[];

function withTraining(training: Partial<TrainingSettings>, of: Network = network): Network {
  return { ...of, training: { ...of.training, ...training } };
}

function trainer(of: Network, options: TrainerOptions = {}): Trainer {
  return new Trainer(of, { training: samples }, options);
}

/** θ after each epoch of a run, and its recording. */
function recorded(run: Trainer, bytes?: number): { thetas: Float64Array[]; checkpoints: Checkpoints } {
  const checkpoints = new Checkpoints(run.stateLength, bytes);
  const thetas: Float64Array[] = [];
  run.onEpoch = () => {
    thetas[run.epoch] = run.theta.slice();
    checkpoints.offer(run.epoch, run);
  };
  run.run(1e9);
  return { thetas, checkpoints };
}

describe.each(optimizers)('an epoch of a run with %s', (type) => {
  const batches = OPTIMIZERS[type].kind === 'search' ? (['full'] as const) : (['full', 7] as const);
  it.each(batches)('is recomputed bit for bit from a state before it, batches %s', (batchSize) => {
    const optimizer = { type, learningRate: 0.01, ...constants };
    const of = withTraining({ optimizer, batchSize, shuffle: true, epochs: 40 });
    const rates = [
      { step: 0, learningRate: 0.02 },
      { step: 55, learningRate: 0.003 },
    ];
    const run = trainer(of, { learningRates: rates });
    const { thetas, checkpoints } = recorded(run, 6 * run.stateLength * 8);
    expect(checkpoints.bytes).toBeLessThanOrEqual(6 * run.stateLength * 8);
    for (const epoch of [0, 1, 13, 29, 40]) {
      const state = checkpoints.before(epoch);
      const again = trainer(of, { learningRates: rates, epochs: epoch, ...(state && { state }) });
      again.run(1e9);
      expect(again.epoch).toBe(epoch);
      expect(again.theta).toEqual(thetas[epoch]);
    }
  });
});

it('a run that is taken up from a saved state ends where the whole run ends, by the same rule', () => {
  // Steps that overshoot: J goes up and down, and patience runs out at some epoch between.
  const of = withTraining({
    optimizer: { type: 'momentum', learningRate: 0.3, ...constants },
    stop: { patience: 4 },
    epochs: 1000,
  });
  const whole = trainer(of);
  const states: Float64Array[] = [];
  whole.onEpoch = () => {
    if (whole.end) return;
    const state = new Float64Array(whole.stateLength);
    whole.saveState(state, 0);
    states.push(state);
  };
  whole.run(1e9);
  expect(whole.end).toBe('patience');
  expect(states.length).toBeGreaterThan(5);
  for (const state of states) {
    const again = trainer(of, { state });
    again.run(1e9);
    expect(again).toMatchObject({ end: 'patience', epoch: whole.epoch, theta: whole.theta });
  }
});

describe('a recording', () => {
  it('is evenly spread over a long run, in the room that it has', () => {
    const checkpoints = new Checkpoints(2, 10 * 16);
    for (let epoch = 0; epoch <= 1000; epoch++) {
      checkpoints.offer(epoch, { saveState: (into, offset) => void into.set([epoch, -epoch], offset) });
    }
    expect(checkpoints.bytes).toBeLessThanOrEqual(160);
    for (const epoch of [0, 1, 200, 999, 1000]) {
      const [nearest = NaN] = checkpoints.before(epoch) ?? [];
      expect(nearest).toBeLessThanOrEqual(epoch);
      expect(epoch - nearest).toBeLessThan(128 * 2);
    }
  });

  it('that has no room keeps nothing', () => {
    const checkpoints = new Checkpoints(100, 8);
    checkpoints.offer(0, { saveState: () => expect.unreachable() });
    expect(checkpoints.before(5)).toBeUndefined();
  });
});

describe('a goal', () => {
  const of = withTraining({ batchSize: 10, epochs: 3, shuffle: true });

  it('of an epoch is where the run stands still, and goes on the same', () => {
    const [whole, pieces] = [trainer(of), trainer(of)];
    whole.run(1e9);
    for (const epoch of [1, 2]) {
      expect(pieces.run(1e9, { epoch })).toBe(true);
      expect(pieces.epoch).toBe(epoch);
      expect(pieces.end).toBeUndefined();
    }
    pieces.run(1e9);
    expect(pieces.theta).toEqual(whole.theta);
  });

  it('of a step is between two mini-batches, or at the end of the epoch', () => {
    const run = trainer(of);
    const places: (number | undefined)[] = [];
    for (let steps = 1; steps <= 3; steps++) {
      run.run(1e9, { steps });
      places.push(run.midEpoch?.batchesDone);
    }
    expect(places).toEqual([1, 2, undefined]);
    expect(run.epoch).toBe(1);
    expect(run.theta).toEqual(Float64Array.from(trainedFor(1)));
  });

  function trainedFor(epochs: number): Float64Array {
    const run = trainer(of, { epochs });
    run.run(1e9);
    return run.theta;
  }
});

describe('the numbers of an epoch', () => {
  const network = networkOf({
    layers: [
      { units: 2 },
      {
        activation: 'tanh',
        weights: [
          [1, -1],
          [0.5, 2],
        ],
        biases: [0.1, -0.3],
      },
      {
        activation: 'softmax',
        weights: [
          [1, 0.2],
          [-0.4, 1],
        ],
        biases: [0, 0.1],
      },
    ],
    loss: 'crossEntropy',
  });
  const data = samplesOf({
    inputs: [
      [0, 1],
      [1, 0],
      [2, -1],
      [-1, -1],
    ],
    targets: [
      [1, 0],
      [0, 1],
      [1, 0],
      [0, 1],
    ],
  });
  const penalized = {
    ...network,
    regularization: { l1: 0.01, l2: 0.1 },
    training: { ...network.training, epochs: 12 },
  };

  it('are those of the reference: J and its parts, accuracy, ‖∇J‖₂, and how each θ^(l) moves', () => {
    const run = new Trainer(penalized, { training: data, validation: data });
    const thetas: Float64Array[] = [];
    run.onEpoch = () => {
      thetas.push(run.theta.slice());
      run.measureLayers();
    };
    run.run(1e9);
    const rows = run.takeHistory();
    for (const [epoch, theta] of thetas.entries()) {
      const { loss, dataLoss, penalty, gradient } = gradients({ network: penalized, theta, samples: data });
      const hits = [1, 2, 3, 4].filter((sample) => {
        const [first = 0, second = 0] =
          gradients({ network: penalized, theta, samples: data }, sample).units.a.at(-1) ?? [];
        return first > second === (data.targets[2 * (sample - 1)] === 1);
      });
      expect(rows.loss[epoch]).toBeCloseTo(loss, 12);
      expect(rows.dataLoss[epoch]).toBeCloseTo(dataLoss, 12);
      expect(rows.penalty[epoch]).toBeCloseTo(penalty, 12);
      expect(rows.validationLoss[epoch]).toBeCloseTo(dataLoss, 12);
      expect(rows.accuracy[epoch]).toBe(hits.length / 4);
      expect(rows.validationAccuracy[epoch]).toBe(hits.length / 4);
      expect(rows.gradientNorm[epoch]).toBeCloseTo(Math.hypot(...gradient), 12);
    }
    const [before, after] = [thetas[11], thetas[12]];
    if (!before || !after) throw new Error('the run was too short');
    const { gradient } = gradients({ network: penalized, theta: after, samples: data });
    const expected = layerMeasures(penalized, 12, gradient, after, before);
    expect(run.layers?.epoch).toBe(12);
    expect(run.layers?.updateRatios).toEqual(expected.updateRatios);
    expect(run.layers?.gradientNorms[1]).toBeCloseTo(Math.hypot(...gradient.subarray(6)), 12);
  });

  it('with mini-batches have ‖∇J‖₂ at the first epochs and at every 10th', () => {
    const of = { ...network, training: { ...network.training, epochs: 35, batchSize: 2, shuffle: true } };
    const run = new Trainer(of, { training: data });
    run.run(1e9);
    const known = [...run.takeHistory().gradientNorm.entries()].filter(([, norm]) => Number.isFinite(norm));
    expect(known.map(([epoch]) => epoch)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30]);
  });

  it('have an accuracy only where targets are classes', () => {
    expect(targetsAreClasses(network, data)).toBe(true);
    expect(targetsAreClasses(network, { ...data, targets: data.targets.map((y) => (y === 1 ? 0.9 : 0.1)) })).toBe(
      false,
    );
    expect(targetsAreClasses(network, { ...data, targets: new Float64Array(8).fill(1) })).toBe(false);
    const sigmoid = networkOf({ layers: [{ units: 2 }, { activation: 'sigmoid', weights: [[1, 1]] }] });
    const identity = networkOf({ layers: [{ units: 2 }, { weights: [[1, 1]] }] });
    const binary = samplesOf({
      inputs: [
        [0, 1],
        [1, 0],
      ],
      targets: [[1], [0]],
    });
    expect([sigmoid, identity].map((one) => targetsAreClasses(one, binary))).toEqual([true, false]);
  });
});
