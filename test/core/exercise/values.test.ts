import { expect, test } from 'vitest';
import type { ValuePlace } from '../../../src/core/exercise/exercise';
import { valueName } from '../../../src/core/exercise/values';
import { networkOf } from '../networks';

const network = networkOf({ layers: [{ units: 1 }, { weights: [[1], [2]] }] });

test.each<readonly [ValuePlace, string, string]>([
  [{ quantity: 'z', layer: 2, sample: 1, unit: 2 }, 'z₂⁽²⁾', 'z₂⁽²⁾ of sample 1'],
  [{ quantity: 'a', layer: 2, sample: 3, unit: 1 }, 'a₁⁽²⁾', 'a₁⁽²⁾ of sample 3'],
  [{ quantity: 'delta', layer: 2, sample: 1, unit: 1 }, 'δ₁⁽²⁾', 'δ₁⁽²⁾ of sample 1'],
  [{ quantity: 'loss' }, 'J', 'J'],
  [{ quantity: 'step', parameter: { layer: 1, to: 2, from: 1 } }, 'θ₂₁⁽¹⁾ after one step', 'θ₂₁⁽¹⁾ after one step'],
])('%o is named %s, of several samples %s', (place, alone, among) => {
  expect(valueName(network, place, 1)).toBe(alone);
  expect(valueName(network, place, 4)).toBe(among);
});
