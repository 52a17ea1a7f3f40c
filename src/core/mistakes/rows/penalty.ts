/** Mistakes in the penalty's part ∂R/∂θ of the gradient. */

import type { MistakeRow } from '../row';
import { n, penalized, penaltyInCode, rightInCode, scaleWords } from './gradientWords';
import { at, rightGradient } from './tools';

function penaltyForms(yours: (lambda: string) => string): Pick<MistakeRow, 'formula' | 'numpy'> {
  return {
    formula: ({ layer }) => ({
      right: `∂J/∂${at('θ', layer)} = data + ∂R/∂${at('θ', layer)}`,
      yours: `∂J/∂${at('θ', layer)} = data ${yours(`∂R/∂${at('θ', layer)}`)}`.trimEnd(),
    }),
    numpy: (place) => ({
      right: rightInCode(place),
      yours: rightInCode(place)
        .replace(` + ${penaltyInCode(place.network, `W${n(place)}`)}`, (term) => ` ${yours(term.slice(' + '.length))}`)
        .trimEnd(),
    }),
  };
}

export const PENALTY_ROWS: readonly MistakeRow[] = [
  {
    code: 'penalty-missing',
    name: 'no penalty',
    layersOf: 'theta',
    sentence: () => 'the penalty’s part ∂R/∂θ is missing',
    hint: 'look at the penalty R',
    ...penaltyForms(() => ''),
    block: ({ network }) =>
      penalized(network) ? [{ detail: {}, parts: ['penalty'], reparted: ({ data }) => ({ data, penalty: 0 }) }] : [],
  },
  {
    code: 'penalty-sign',
    name: 'the penalty with a wrong sign',
    layersOf: 'theta',
    sentence: () => 'the penalty’s part ∂R/∂θ is subtracted, where it must be added',
    hint: 'look at the penalty R',
    ...penaltyForms((term) => `- ${term}`),
    block: ({ network }) =>
      penalized(network)
        ? [{ detail: {}, parts: ['penalty'], reparted: ({ data, penalty }) => ({ data, penalty: -penalty }) }]
        : [],
  },
  {
    code: 'penalty-on-biases',
    name: 'penalized biases',
    layersOf: 'theta',
    sentence: ({ everywhere }) =>
      `the biases are penalized, too; R is over the weights alone${everywhere ? ' ("regularization": { "biases": true } would say so)' : ''}`,
    hint: 'look at the penalty R',
    formula: (place) => ({
      right: rightGradient(place, 'biases'),
      yours: `${rightGradient(place, 'biases')} + ∂R/∂${at('θ₀', place.layer)}`,
    }),
    numpy: (place) => {
      const right = rightInCode({ ...place, part: 'biases' });
      return { right, yours: `${right} + ${penaltyInCode(place.network, `b${n(place)}`)}` };
    },
    block: ({ network }) =>
      penalized(network) && !network.regularization.biases
        ? [
            {
              detail: {},
              parts: ['biases'],
              reparted: ({ data }, block, k) => ({ data, penalty: block.penaltyOf(block.theta(k)) }),
            },
          ]
        : [],
  },
  {
    code: 'penalty-scale',
    name: 'the penalty times a constant',
    layersOf: 'theta',
    sentence: (place) => `the penalty’s part ∂R/∂θ is ${scaleWords(place, 'R')}`,
    hint: 'look at the penalty R',
    ...penaltyForms((term) => `+ c · ${term}`),
    constant: {
      key: 'factor',
      reasons: true,
      likely: ({ regularization }, { count: m }) => [
        ...(m > 1 && !regularization.perSample ? [{ value: 1 / m, reason: 'per-sample' }] : []),
        ...(m > 1 && regularization.perSample ? [{ value: m, reason: 'not-per-sample' }] : []),
        { value: 2, reason: 'two' },
        { value: 0.5, reason: 'half' },
      ],
    },
    block: ({ network }) =>
      penalized(network)
        ? [{ detail: {}, parts: ['penalty'], reparted: ({ data, penalty }) => ({ data, penalty: 0, along: penalty }) }]
        : [],
  },
];
