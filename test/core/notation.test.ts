import { expect, test } from 'vitest';
import {
  factorForm,
  factorLatex,
  factorSymbol,
  formatNumber,
  latexNumber,
  parameterLatex,
  parameterName,
} from '../../src/core/notation';
import { networkOf } from './networks';

const named = (name: string) =>
  networkOf({ layers: [{ units: 1 }, { weights: [[1]], parameterNames: { weights: [[name]], biases: [null] } }] });
const weight = { layer: 1, to: 1, from: 1 };

test('indices of two digits are kept apart by a comma', () => {
  expect(parameterName(undefined, { layer: 1, to: 1, from: 1 })).toBe('θ₁₁⁽¹⁾');
  expect(parameterName(undefined, { layer: 10, to: 12, from: 3 })).toBe('θ₁₂,₃⁽¹⁰⁾');
  expect(parameterName(undefined, { layer: 2, to: 3, from: 0 })).toBe('θ₃₀⁽²⁾');
  expect(parameterLatex(undefined, { layer: 1, to: 12, from: 3 })).toBe('\\theta_{12,3}^{(1)}');
});

test.each([
  ['θ₁', '{\\theta}_{1}'],
  ['w5', '\\mathit{w5}'],
  ['w_in', '\\mathit{w\\_in}'],
  ['β', '{\\beta}'],
  ['b₁⁽²⁾', 'b_{1}^{(2)}'],
  ['50% & more', '\\mathit{50\\%\\ \\&\\ more}'],
  ['重み', '\\theta_{11}^{(1)}'],
  ['a\\input{x}', '\\theta_{11}^{(1)}'],
])('the file’s own name %s in LaTeX', (name, latex) => {
  expect(parameterName(named(name), weight)).toBe(name);
  expect(parameterLatex(named(name), weight)).toBe(latex);
});

test('a name that would steer a terminal is not written', () => {
  expect(parameterName(named('\u001b[31mred'), weight)).toBe('θ₁₁⁽¹⁾');
});

test('factors of the merged pairs and of softmax', () => {
  const network = networkOf({
    layers: [
      { units: 1 },
      { activation: 'softmax', weights: [[1], [1]] },
      {
        activation: 'softmax',
        weights: [
          [1, 1],
          [1, 1],
        ],
      },
    ],
    loss: 'crossEntropy',
  });
  const z = { kind: 'z', layer: 3, unit: 2 } as const;
  const loss = { kind: 'lossOfLogit', of: { kind: 'E' }, by: z } as const;
  expect(factorSymbol(loss)).toBe('∂E/∂z₂⁽³⁾');
  expect(factorLatex(loss)).toBe('\\frac{\\partial E}{\\partial z_{2}^{(3)}}');
  expect(factorForm(network, loss)).toEqual({ unicode: 'a₂⁽³⁾ − y₂', latex: 'a_{2}^{(3)} - y_{2}' });
  const coupled = {
    kind: 'activation',
    of: { kind: 'a', layer: 2, unit: 1 },
    by: { kind: 'z', layer: 2, unit: 2 },
  } as const;
  expect(factorForm(network, coupled).unicode).toBe('−a₁⁽²⁾ a₂⁽²⁾');
  const own = { ...coupled, by: { kind: 'z', layer: 2, unit: 1 } } as const;
  expect(factorForm(network, own).unicode).toBe('a₁⁽²⁾ (1 − a₁⁽²⁾)');
});

test.each([
  [0.00016657731643350725, 5, '0.00016658', '0.00016658'],
  [-0.4, 17, '−0.4', '-0.4'],
  [0.1 + 0.2, 17, '0.30000000000000004', '0.30000000000000004'],
  [4.53978687e-5, 2, '4.5e−5', '4.5 \\times 10^{-5}'],
  [-1234567, 3, '−1230000', '-1230000'],
  [1.5e300, 6, '1.5e300', '1.5 \\times 10^{300}'],
  [9.9996, 4, '10', '10'],
  [-0, 5, '0', '0'],
  [5e-324, 17, '5e−324', '5 \\times 10^{-324}'],
  [NaN, 5, 'NaN', '\\mathrm{NaN}'],
  [-Infinity, 5, '−∞', '-\\infty'],
])('%d to %i digits', (value, digits, unicode, latex) => {
  expect(formatNumber(value, digits)).toBe(unicode);
  expect(latexNumber(value, digits)).toBe(latex);
});
