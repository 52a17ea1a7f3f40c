/** Three made-up rows in the tables: what the product does with them, it does by the rows alone. To be imported first. */

import { ACTIVATIONS, LOSSES, OPTIMIZERS, pythonNumber } from '../../../src/core/functions';
import type { ActivationRow, Constants, LossRow, OptimizerRow } from '../../../src/core/functions';
import { add, mul, sub, variable } from '../../../src/core/functions/expression';

const steep = (g: Constants): number => g.alpha ?? 0.25;

/** z + α sin z */
const ripple: ActivationRow = {
  label: 'ripple',
  symbol: { unicode: 'rip', latex: '\\operatorname{rip}' },
  formula: { unicode: 'rip(z) = z + α sin z', latex: '\\operatorname{rip}(z) = z + \\alpha \\sin z' },
  derivativeFormula: { unicode: 'rip′(z) = 1 + α cos z', latex: "\\operatorname{rip}'(z) = 1 + \\alpha \\cos z" },
  probabilities: false,
  init: 'heUniform',
  range: () => [-Infinity, Infinity],
  constant: { key: 'alpha', symbol: 'α', default: 0.25, range: 'finite', meaning: 'the height α of the ripples' },
  vector: false,
  flat: 'ripple is in a trough',
  value: (z, g) => z + steep(g) * Math.sin(z),
  derivative: (z, g) => 1 + steep(g) * Math.cos(z),
  second: (z, g) => -steep(g) * Math.sin(z),
  kinks: () => [],
  pytorch: (z, g) => `((lambda u: u + ${pythonNumber(steep(g))} * torch.sin(u))(${z}))`,
  numpy: (z, _a, g) => `(1 + ${pythonNumber(steep(g))} * np.cos(${z}))`,
};

/** a_i = z_i − mean z, which couples its units. */
const centered: ActivationRow = {
  label: 'centered',
  symbol: { unicode: 'cent', latex: '\\operatorname{cent}' },
  formula: { unicode: 'cent(z)ᵢ = zᵢ − mean z', latex: '\\operatorname{cent}(z)_i = z_i - \\bar z' },
  derivativeFormula: {
    unicode: '∂aᵢ/∂zₖ = [i = k] − 1/s',
    latex: '\\frac{\\partial a_i}{\\partial z_k} = [i = k] - \\tfrac1s',
  },
  probabilities: false,
  init: 'xavierUniform',
  range: () => [-Infinity, Infinity],
  vector: true,
  value: (z, a) => {
    const mean = z.reduce((sum, value) => sum + value, 0) / z.length;
    for (let i = 0; i < z.length; i++) a[i] = (z[i] ?? NaN) - mean;
  },
  derivative: (a, i, k) => (i === k ? 1 : 0) - 1 / a.length,
  second: () => 0,
  backward: (a, delta) => {
    const mean = delta.reduce((sum, value) => sum + value, 0) / a.length;
    for (let k = 0; k < a.length; k++) delta[k] = (delta[k] ?? NaN) - mean;
  },
  pytorch: (z) => `((lambda u: u - u.mean(1, keepdim=True))(${z}))`,
};

/** ln cosh (a − y) */
const logCosh: LossRow = {
  label: 'log-cosh',
  formula: { unicode: 'E = Σᵢ ln cosh(aᵢ − yᵢ)', latex: 'E = \\sum_i \\ln\\cosh(a_i - y_i)' },
  derivativeFormula: {
    unicode: '∂E/∂aᵢ = tanh(aᵢ − yᵢ)',
    latex: '\\frac{\\partial E}{\\partial a_i} = \\tanh(a_i - y_i)',
  },
  targets: { accepts: (y) => y < 5, expected: 'a number below 5' },
  needsProbabilities: false,
  value: (a, y) => Math.log(Math.cosh(a - y)),
  derivative: (a, y) => Math.tanh(a - y),
  second: (a, y) => 1 - Math.tanh(a - y) ** 2,
  kinks: [],
  pytorch: () => 'torch.log(torch.cosh(output - y))',
};

/** v := βv + (1 − β)g, θ := θ − η (v + t β g), t the number of the step. */
const average: OptimizerRow = {
  label: 'averaged descent',
  formula: 'v := βv + (1 − β)∂J/∂θ, θ := θ − η(v + 2⁻ᵗ ∂J/∂θ)',
  constants: [{ key: 'decay', symbol: 'β', default: 0.5, range: 'belowOne', meaning: 'β of the mean' }],
  pytorch: (lr) => `torch.optim.SGD(parameters, lr=${lr})`,
  kind: 'elementwise',
  start: () => [0],
  state: { start: [1], next: () => [mul(variable('state0'), 0.5)] },
  given: ({ decay }) => [decay, 1 - decay, variable('rate'), variable('state0')],
  memory: [add(mul(variable('given0'), variable('memory0')), mul(variable('given1'), variable('gradient')))],
  theta: sub(
    variable('theta'),
    mul(variable('given2'), add(variable('next0'), mul(variable('given3'), variable('gradient')))),
  ),
};

Object.assign(ACTIVATIONS, { ripple, centered });
Object.assign(LOSSES, { logCosh });
Object.assign(OPTIMIZERS, { average });
