import { expect, test } from 'vitest';
import { chain, chainShape } from '../../../src/core/chain';
import { type JudgedClaim, judgeClaims } from '../../../src/core/mistakes/claims';
import { factorSymbol, quantityName } from '../../../src/core/notation';
import { locatesFactor, locatesPath } from '../../../src/core/mistakes/location';
import { golden } from '../goldens';
import { objectiveOf } from '../../../src/core/network';

const { network, samples } = golden('lecture-2-2-2');
const parameter = { layer: 1, to: 1, from: 1 };
const { paths } = chain(objectiveOf(network, samples), parameter, { paths: Infinity });
const [first, second] = paths;

function judge(value: number): JudgedClaim {
  const [judged] = judgeClaims(network, network.theta, samples, [
    { parameter, value, text: value.toPrecision(8) },
  ]).claims;
  if (!judged) throw new Error('no claim was judged');
  return judged;
}

/** What a picture of the chain would outline. */
function outlined({ location }: JudgedClaim): string[] {
  if (!location) return [];
  const shapes = chainShape(network, parameter, 10).paths;
  const factors = shapes.flatMap((shape) => shape.factors.filter((factor) => locatesFactor(location, factor)));
  const left = shapes.filter(({ nodes }) => locatesPath(location, nodes));
  const names = left.map(({ nodes }) => nodes.map((node) => quantityName(node)).join(' → '));
  return [...new Set([...factors.map((factor) => factorSymbol(factor)), ...names])];
}

/** The derivative with each path's product changed. */
const sum = (change: (symbol: string, value: number) => number): number =>
  paths.reduce(
    (all, { factors }) => all + factors.reduce((product, f) => product * change(factorSymbol(f), f.value), 1),
    0,
  );
const without = (left: string): number => sum((symbol, value) => (symbol === left ? 1 : value));

test.each(['∂a₁⁽³⁾/∂z₁⁽³⁾', '∂a₂⁽³⁾/∂z₂⁽³⁾', '∂a₁⁽²⁾/∂z₁⁽²⁾', '∂z₁⁽³⁾/∂a₁⁽²⁾', '∂z₂⁽³⁾/∂a₁⁽²⁾', '∂z₁⁽²⁾/∂θ₁₁⁽¹⁾'])(
  'the factor %s that was left out is marked, and no other',
  (symbol) => {
    const judged = judge(without(symbol));
    expect(outlined(judged)).toEqual([symbol]);
    expect(judged.location?.fault).toBe('missing');
  },
);

test('a derivative taken at a instead of z is marked as wrong', () => {
  // a₁⁽²⁾ = σ(0.275)
  const s = 1 / (1 + Math.exp(-1 / (1 + Math.exp(-0.275))));
  const judged = judge(sum((symbol, value) => (symbol === '∂a₁⁽²⁾/∂z₁⁽²⁾' ? s * (1 - s) : value)));
  expect(outlined(judged)).toEqual(['∂a₁⁽²⁾/∂z₁⁽²⁾']);
  expect(judged.location?.fault).toBe('wrong');
});

test('the path that was left out is marked', () => {
  expect(outlined(judge(first?.contribution ?? NaN))).toEqual(['z₁⁽²⁾ → a₁⁽²⁾ → z₂⁽³⁾ → a₂⁽³⁾']);
  expect(outlined(judge(second?.contribution ?? NaN))).toEqual(['z₁⁽²⁾ → a₁⁽²⁾ → z₁⁽³⁾ → a₁⁽³⁾']);
});

test('a slip that lies in no factor marks nothing, and neither does a right claim', () => {
  const right = sum((_, value) => value);
  expect([judge(-right), judge(right), judge(0.123)].map(outlined)).toEqual([[], [], []]);
});

test.each(
  Object.entries({
    sign: -0.00016657731643350725,
    scale: 2 * 0.00016657731643350725,
    'activation-derivative-missing': without('∂a₁⁽³⁾/∂z₁⁽³⁾'),
    'path-missing': first?.contribution ?? NaN,
    unexplained: 0.123,
  }),
)('the hint at “%s” holds no number but the claimed one', (code, value) => {
  const { hint, diagnosis } = judge(value);
  expect(diagnosis?.code).toBe(code);
  const [claimed = '', words = ''] = (hint ?? '').split(' is not ∂J/∂θ₁₁⁽¹⁾: ');
  expect(Number(claimed)).toBeCloseTo(value, 10);
  expect(words).toMatch(/^[^\d₀-₉]+$|½/);
});
