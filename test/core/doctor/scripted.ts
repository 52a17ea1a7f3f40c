/** Trials for the doctor that end where a test says, so that every number is known by hand. */

import { expect } from 'vitest';
import { runToEnd } from '../../../src/core/check/steps';
import { CAUSES, type CauseCode, diagnosing, type Finding, type TrialTools } from '../../../src/core/doctor';
import type { TrainedRun } from '../../../src/core/doctor/examination';
import { EpochSeries } from '../../../src/core/epochs';
import { hessianProducts } from '../../../src/core/hessian';
import type { Dataset, Network } from '../../../src/core/network';
import { parsed } from './diagnosed';
import type { File } from './generated';

/** Where training ends. */
export interface Ending {
  readonly theta: readonly number[];
  /** J at the start and after each epoch. */
  readonly loss?: readonly number[];
  readonly validationLoss?: readonly number[];
  readonly end?: TrainedRun['end'];
  readonly epochs?: number;
}

/** What is trained: the file, or a changed one; `theta` where it is not from the file's own. */
export interface Start {
  readonly network: Network;
  readonly data: Dataset;
  readonly epochs: number;
  readonly theta?: Float64Array;
}

export function toolsOf(ending: (start: Start) => Ending): TrialTools {
  return {
    uniforms: () => () => 0.75,
    products: hessianProducts,
    *train(network, data, epochs, theta) {
      yield;
      const run = ending({ network, data, epochs, ...(theta && { theta }) });
      const { loss = [], validationLoss = [] } = run;
      const rows = {
        ...new EpochSeries().rows(),
        epochs: Float64Array.from(loss, (_, epoch) => epoch),
        loss: Float64Array.from(loss),
        validationLoss: Float64Array.from(validationLoss),
      };
      return { epochs: run.epochs ?? epochs, end: run.end ?? 'epochs', theta: Float64Array.from(run.theta), rows };
    },
  };
}

/** What one cause finds in a file whose training ends so. */
export function found(code: CauseCode, file: File, ending: (start: Start) => Ending): Finding | undefined {
  const { network, data } = parsed(file);
  const rows = CAUSES.filter((cause) => cause.code === code);
  const { findings } = runToEnd(diagnosing(network, data, toolsOf(ending), undefined, rows));
  expect(findings.length).toBeLessThan(2);
  return findings[0];
}

export const near = (value: number): unknown => expect.closeTo(value, 12);

// One weight w, rows x = 1, 2, −1 and y = 2x: J(w) = (w − 2)², and H = 2, so that steps of η > 1 overshoot. The best constant output
// leaves half of the variance of y, 28/9, which is all there is to learn: a network learns well from J = 0.31 down, and poorly above 1.56.
export const CONSTANT = 28 / 9;
export const line = (training: object, start = 0): File => ({
  layers: [{ units: 1 }, { weights: [[start]], biases: false }],
  data: { inputs: [[1], [2], [-1]], targets: [[2], [4], [-2]] },
  training,
});
export const gd = (learningRate: number, epochs = 10): object => ({ optimizer: { type: 'gd', learningRate }, epochs });
/** The w at which J is so much. */
export const at = (loss: number): number[] => [2 - Math.sqrt(loss)];
export const rateOf = ({ network }: Start): number => network.training.optimizer.learningRate;
