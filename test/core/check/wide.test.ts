import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bounded, bounded, toFloat64, product, sum } from '../../../src/core/check/wide';

/** m · 2^e for whole numbers: `Math.pow` alone would leave float64's range on the way. */
function scaled(m: number, e: number): number {
  if (m === 0) return 0;
  const half = Math.trunc(e / 2);
  return m * 2 ** half * 2 ** (e - half);
}

const factor = fc.record({ m: fc.integer({ min: -4096, max: 4096 }), e: fc.integer({ min: -1000, max: 1000 }) });
const valueOf = (x: Bounded): number => toFloat64(x).value;

test('a number of float64 is itself', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (x) => {
      expect(valueOf(bounded(x))).toBe(x + 0);
    }),
  );
});

test('products of extreme factors are exact to the last, and ±∞ or 0 only where their end is', () => {
  fc.assert(
    fc.property(fc.array(factor, { minLength: 1, maxLength: 4 }), (factors) => {
      const m = factors.reduce((all, one) => all * one.m, 1);
      const e = factors.reduce((all, one) => all + one.e, 0);
      const found = factors.map((one) => bounded(scaled(one.m, one.e))).reduce(product);
      expect(valueOf(found) + 0).toBe(scaled(m, e) + 0);
    }),
    { numRuns: 300 },
  );
});

test('so are sums of two of them', () => {
  fc.assert(
    fc.property(factor, factor, factor, (x, y, z) => {
      // z (x + y), as z x + z y
      const [a, b] = [x, y].map((one) => product(bounded(scaled(z.m, z.e)), bounded(scaled(one.m, one.e))));
      if (!a || !b) throw new Error('two were asked for');
      const [low, high] = [Math.min(x.e, y.e), Math.max(x.e, y.e)];
      fc.pre(high - low < 20);
      const m = z.m * (x.m * 2 ** (x.e - low) + y.m * 2 ** (y.e - low));
      expect(valueOf(sum(a, b)) + 0).toBe(scaled(m, low + z.e) + 0);
    }),
    { numRuns: 300 },
  );
});
