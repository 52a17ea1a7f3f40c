import { expect, test } from 'vitest';
import type { Remote } from '../../src/channel';
import { withoutGradients } from '../../src/app/exerciseFilter';
import type { Analysis, WorkerApi } from '../../src/protocol';
import { READING_NAMES, READINGS } from '../../src/readings';

const secret = 0.0722996172210675;
const analysis: Analysis = {
  loss: 0.5,
  dataLoss: 0.5,
  penalty: 0,
  gradient: Float64Array.of(secret),
  units: { z: [Float64Array.of(1)], a: [Float64Array.of(2)], delta: [Float64Array.of(secret)] },
};
/** A worker that answers whatever it is asked with derivatives. */
const telling = new Proxy({}, { get: () => () => Promise.resolve(analysis) }) as Remote<WorkerApi>;

test('while an exercise hides gradients, J, z and a come through, and no derivative', async () => {
  const { gradient, units, loss } = await withoutGradients(telling).analyse({ theta: new Float64Array() });
  expect([loss, units.z, units.a]).toEqual([0.5, analysis.units.z, analysis.units.a]);
  expect([gradient, units.delta]).toEqual([null, []]);
});

const hidden = READING_NAMES.filter((name) => READINGS[name].hidden);

test('the readings of forward values come through, and no others', () => {
  expect(READING_NAMES.filter((name) => !hidden.includes(name))).toEqual(['rows', 'unitSpreads', 'predictions']);
});

test.each(['check', 'train', 'step', 'thetaAfter', ...hidden])('%s is refused', async (name) => {
  const gate = withoutGradients(telling) as unknown as Record<string, () => Promise<unknown>>;
  await expect(gate[name]?.()).rejects.toMatchObject({ name: 'GradientsHidden' });
});
