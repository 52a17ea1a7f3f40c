/** Runs taken to their end, and a network for them. */

import { expect } from 'vitest';
import type { Network, Samples, TrainingSettings } from '../../src/core/network';
import { Trainer } from '../../src/engine/trainer';
import type { TrainerOptions } from '../../src/engine/trainerOptions';
import { networkOf, samplesOf } from '../core/networks';

/** What a run gives, taken to its end in slices of `milliseconds`. */
export function train(
  network: Network,
  training: Samples,
  options: TrainerOptions = {},
  milliseconds = 1e9,
  validation?: Samples,
) {
  const trainer = new Trainer(network, { training, ...(validation && { validation }) }, options);
  const rows: { loss: number[]; validationLoss: number[] } = { loss: [], validationLoss: [] };
  const collect = (): void => {
    const { epochs, loss, validationLoss } = trainer.takeHistory();
    expect([...epochs]).toEqual(Array.from(loss, (_, k) => rows.loss.length + k));
    rows.loss.push(...loss);
    rows.validationLoss.push(...validationLoss);
  };
  let slices = 0;
  while (!trainer.end) {
    trainer.run(milliseconds);
    slices++;
    collect();
  }
  const { epoch, loss, theta, end } = trainer;
  return { epoch, loss, theta, end, slices, history: rows.loss, validationHistory: rows.validationLoss };
}

export function withTraining(network: Network, training: Partial<TrainingSettings>): Network {
  return { ...network, training: { ...network.training, ...training } };
}

/** A small network that can learn XOR, and its rows. */
export const xor = {
  network: networkOf({
    layers: [
      { units: 2 },
      {
        activation: 'tanh',
        weights: [
          [0.5, -0.4],
          [0.3, 0.8],
          [-0.7, 0.2],
        ],
        biases: [0.1, -0.2, 0.05],
      },
      { activation: 'sigmoid', weights: [[0.6, -0.5, 0.9]], biases: [0.1] },
    ],
  }),
  samples: samplesOf({
    inputs: [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    targets: [[0], [1], [1], [0]],
  }),
};
