import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activation, Network, Optimizer, Samples, TrainingSettings } from '../../src/core/network';
import { createEngine } from '../../src/engine/create';
import { FUSED_ROW, type FusedEpochs, type GradientEngine } from '../../src/engine/engine';
import { activationKind } from '../../src/engine/kernels/simdFunctions';
import { trainableRanges } from '../../src/core/frozen';
import { Trainer } from '../../src/engine/trainer';
import type { TrainerOptions } from '../../src/engine/trainerOptions';
import { networkCase } from '../core/arbitraries';
import { networkOf, samplesOf } from '../core/networks';
import { xor } from './runs';

const optimizers: readonly Optimizer[] = [
  { type: 'gd', learningRate: 0.3 },
  { type: 'momentum', learningRate: 0.1, momentum: 0.9 },
  { type: 'nesterov', learningRate: 0.1, momentum: 0.9 },
  { type: 'rmsprop', learningRate: 0.01, decay: 0.9, epsilon: 1e-8 },
  { type: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  { type: 'adamw', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
  { type: 'adagrad', learningRate: 0.1 },
  { type: 'nadam', learningRate: 0.01 },
  { type: 'rprop', learningRate: 0.01 },
];

/** Of the others no epochs can be fused. */
const hasKernel = (g: Activation): boolean => activationKind(g) !== undefined;

/** An engine that has passed over all rows, its optimizer, and its fused epochs. */
function started(network: Network, samples: Samples, settings: Optimizer) {
  const engine = createEngine(network, false);
  const [optimizer, trained] = [engine.createOptimizer(settings), trainableRanges(network)];
  passOver(engine, samples);
  const fused = engine.createFusedEpochs({ count: samples.count, optimizer, trained, hits: true });
  return { engine, optimizer, trained, fused };
}

function passOver(engine: GradientEngine, samples: Samples): void {
  engine.begin({ samples, first: 0, count: samples.count }, 'gradient');
  while (!engine.advance());
}

function rowsOf({ rows }: FusedEpochs, epochs: number): number[][] {
  return Array.from({ length: epochs }, (_, k) => [...rows.subarray(FUSED_ROW * k, FUSED_ROW * (k + 1))]);
}

describe.each(optimizers)('epochs in one call with $type', (settings) => {
  it('are to the bit those that steps and passes give, whatever the network', () => {
    let fusedEpochs = 0;
    const property = fc.property(networkCase(hasKernel), fc.integer({ min: 1, max: 40 }), (given, epochs) => {
      const { samples } = given;
      const network = { ...given.network, training: { ...given.network.training, optimizer: settings } };
      const { engine, optimizer, trained, fused } = started(network, samples, settings);
      if (!fused) return;
      fusedEpochs++;
      const alone = started(network, samples, settings);
      const expected: number[][] = [];
      for (let epoch = 0; epoch < epochs; epoch++) {
        alone.optimizer.begin();
        for (const range of trained) alone.optimizer.update(alone.engine.theta, alone.engine.gradient, range);
        passOver(alone.engine, samples);
        const { dataLoss, penalty, hits, gradient } = alone.engine;
        expected.push([dataLoss, penalty, hits, Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0))]);
      }
      fused.run(epochs);
      expect(rowsOf(fused, epochs)).toEqual(expected);
      expect(engine.theta).toEqual(alone.engine.theta);
      expect(engine.gradient).toEqual(alone.engine.gradient);
      expect(optimizer.memory).toEqual(alone.optimizer.memory);
    });
    fc.assert(property, { numRuns: 150 });
    expect(fusedEpochs).toBeGreaterThan(40);
  });

  it('can be taken back', () => {
    const network = { ...xor.network, training: { ...xor.network.training, optimizer: settings } };
    const { engine, optimizer, fused } = started(network, xor.samples, settings);
    fused?.run(10);
    const before = [engine.theta, engine.gradient, ...optimizer.memory].map((values) => values.slice());
    fused?.run(20);
    expect([engine.theta, engine.gradient, ...optimizer.memory]).not.toEqual(before);
    fused?.undo();
    expect([engine.theta, engine.gradient, ...optimizer.memory]).toEqual(before);
  });
});

/** Runs long enough for epochs to be taken together; `stepwise` looks after every one of them, which forbids that. */
function train(
  network: Network,
  samples: Samples,
  options: TrainerOptions,
  stepwise: boolean,
  atEpoch?: (run: Trainer) => void,
) {
  const run = new Trainer(network, { training: samples }, { mostRows: Infinity, ...options });
  while (!run.end) {
    run.run(1e9, { epoch: stepwise || run.epoch < 12_345 ? run.epoch + 1 : 30_000 });
    if (run.epoch === 12_345) atEpoch?.(run);
  }
  return run;
}

function expectSameRun(
  network: Network,
  samples: Samples,
  options: TrainerOptions = {},
  atEpoch?: (run: Trainer) => void,
) {
  const [together, alone] = [false, true].map((stepwise) => train(network, samples, options, stepwise, atEpoch));
  expect(together?.takeHistory()).toEqual(alone?.takeHistory());
  for (const key of ['theta', 'epoch', 'loss', 'end', 'steps'] as const) expect(together?.[key]).toEqual(alone?.[key]);
  return together;
}

const withTraining = (network: Network, training: Partial<TrainingSettings>): Network => ({
  ...network,
  training: { ...network.training, epochs: 20_000, ...training },
});

describe('a run of a small network is the same to the bit as one that is stepped through', () => {
  it('over all its epochs, with every number of each of them', () => {
    expectSameRun(withTraining({ ...xor.network, regularization: { l1: 0, l2: 1e-4 } }, {}), xor.samples);
  });

  it('where only some of its epochs are kept', () => {
    expectSameRun(withTraining(xor.network, { epochs: 20_001 }), xor.samples, { mostRows: 1000 });
  });

  it('where a rule ends it in the middle', () => {
    const loss = train(withTraining(xor.network, {}), xor.samples, {}, true).takeHistory().loss[13_333];
    if (loss === undefined) throw new Error('the run is too short');
    expect(expectSameRun(withTraining(xor.network, { stop: { loss } }), xor.samples)?.epoch).toBe(13_333);
  });

  it('where it diverges in the middle', () => {
    // J = ½ (w + b − 1)² is multiplied by (1 − 2η)² in every epoch.
    const network = networkOf({ layers: [{ units: 1 }, { weights: [[3]] }] });
    const samples = samplesOf({ inputs: [[1]], targets: [[1]] });
    const optimizer = { type: 'gd', learningRate: 1.0125 } as const;
    const run = expectSameRun(withTraining(network, { optimizer }), samples);
    expect(run?.end).toBe('diverged');
    expect(run?.epoch).toBeGreaterThan(13_000);
  });

  it('where η changes, by the file’s hand or a person’s', () => {
    const learningRates = [{ step: 10_000, learningRate: 0.7 }];
    expectSameRun(
      withTraining(xor.network, {}),
      xor.samples,
      { learningRates },
      (run) => void run.setLearningRate(0.2),
    );
  });

  it('where somebody looks at its layers', () => {
    let looked = 0;
    expectSameRun(withTraining(xor.network, {}), xor.samples, {}, (run) => {
      run.measureLayers();
      looked++;
    });
    expect(looked).toBe(2);
  });
});
