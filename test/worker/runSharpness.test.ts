import { afterEach, expect, it, vi } from 'vitest';
import { runToEnd } from '../../src/core/check/steps';
import { sharpness } from '../../src/core/curvature';
import { RunSharpness } from '../../src/worker/runSharpness';
import { drawnCase } from '../engine/drawn';

const { network, samples } = drawnCase([3, 5, 2], 12);
const theta = (epoch: number): Float64Array => network.theta.map((value) => value * (1 + epoch / 10));

afterEach(() => {
  vi.restoreAllMocks();
});

function offered(): RunSharpness {
  const found = new RunSharpness(network, { training: samples });
  for (const epoch of [0, 1, 2, 4]) found.offer(epoch, theta(epoch));
  return found;
}

it('finds λ_max of the epochs that were offered, once it is asked', () => {
  const found = offered();
  found.goOn(1e6);
  expect(found.known.size).toBe(0);
  expect(found.ask().epochs).toHaveLength(0);
  for (let slice = 0; slice < 1e5 && found.known.size < 4; slice++) found.goOn(1000);
  const { epochs, lambdaMax } = found.ask();
  expect([...epochs]).toEqual([0, 1, 2, 4]);
  for (const [n, epoch] of epochs.entries()) {
    expect(lambdaMax[n]).toBeCloseTo(runToEnd(sharpness({ network, theta: theta(epoch), samples })), 9);
  }
});

it('takes a twentieth of the time that is trained', () => {
  let clock = 0;
  let steps = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    // A step, between two looks at the clock, takes 2 ms.
    steps += 0.5;
    return (clock += 2);
  });
  const found = offered();
  found.ask();
  for (let slice = 0; slice < 20; slice++) found.goOn(15);
  expect(2 * steps).toBeLessThanOrEqual(0.05 * 20 * 15 + 2);
  expect(steps).toBeGreaterThan(5);
});
