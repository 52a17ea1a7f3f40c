import { expect, test } from 'vitest';
import { chain } from '../../../src/core/chain';
import { type FactorCause, causeOf } from '../../../src/core/chain/why';
import { networkOf, samplesOf } from '../networks';
import { objectiveOf } from '../../../src/core/network';

/** Why the path of θ₁₁⁽¹⁾ in a 1-1-1 network with `hidden` is as small or large as it is. */
function cause(
  hidden: Parameters<typeof networkOf>[0]['layers'][number],
  w = 1,
  x = 1,
  y = 3,
): FactorCause | undefined {
  const network = networkOf({ layers: [{ units: 1 }, hidden, { weights: [[w]] }] });
  const samples = samplesOf({ inputs: [[x]], targets: [[y]] });
  const [path] = chain(objectiveOf(network, samples), { layer: 1, to: 1, from: 1 }, { paths: 1 }).paths;
  return path && causeOf(network, path, 2);
}

test.each([
  ['zero', 'relu′(z₁⁽²⁾) = 0: relu is inactive at z = −2', cause({ activation: 'relu', weights: [[-2]] })],
  ['small', 'σ′(z₁⁽²⁾) = 4.5e−5: the unit is saturated at z = 10', cause({ activation: 'sigmoid', weights: [[10]] })],
  ['small', 'σ′(z₁⁽²⁾) = 0.2: the slope of σ at z = 1', cause({ activation: 'sigmoid', weights: [[1]] })],
  ['zero', 'θ₁₁⁽²⁾ = 0: the weight is 0', cause({ weights: [[1]] }, 0)],
  ['small', 'θ₁₁⁽²⁾ = 0.01: the weight is small', cause({ weights: [[1]] }, 0.01)],
  ['small', 'θ₁₁⁽²⁾ = 0.6: the weight is below 1', cause({ weights: [[1]] }, 0.6, 1, 1.5)],
  ['small', 'x₁ = −0.7: the input is below 1 in size', cause({ weights: [[1]] }, 1, -0.7, 0.3)],
  ['large', 'θ₁₁⁽²⁾ = 4: the weight is above 1', cause({ weights: [[1]] }, 4)],
  ['small', 'a₁⁽³⁾ − y₁ = −0.5: the output’s error is below 1', cause({ weights: [[1]] }, 1, 1, 1.5)],
  ['large', 'θ₁₁⁽²⁾ = 50: the weight is large', cause({ weights: [[1]] }, 50, 1, 30)],
  ['zero', 'x₁ = 0: the input is 0', cause({ weights: [[1]] }, 1, 0)],
  ['zero', 'a₁⁽³⁾ − y₁ = 0: the output meets its target', cause({ weights: [[1]] }, 1, 1, 1)],
  ['small', 'a₁⁽³⁾ − y₁ = −0.001: the output is close to its target', cause({ weights: [[1]] }, 1, 1, 1.001)],
  ['notFinite', 'a₁⁽³⁾ − y₁ = ∞: the factor overflowed', cause({ weights: [[1e200]] }, 1e200)],
])('%s: %s', (effect, text, found) => {
  expect(found).toMatchObject({ effect, text });
});
