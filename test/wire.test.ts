import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../src/wire';

const leaf = fc.oneof(fc.double(), fc.bigInt(), fc.string(), fc.boolean(), fc.constant(null));
const message = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('any')),
    fc.dictionary(fc.string(), tie('any'), { noNullPrototype: true }),
  ),
})).any;

describe('the wire to a webview', () => {
  it('brings every message through JSON unchanged, NaN, infinities and bigints included', () => {
    fc.assert(
      fc.property(message, (value) => {
        const arrived = decode(JSON.parse(JSON.stringify(encode(value))));
        expect(arrived).toEqual(withoutNegativeZero(value));
      }),
    );
  });

  it('leaves typed arrays to VS Code, which carries them whole', () => {
    const theta = new Float64Array([1, NaN, -Infinity]);
    expect((encode({ theta }) as { theta: unknown }).theta).toBe(theta);
  });

  it('does not fall for malformed tags', () => {
    expect(decode({ $bigint: '1); alert(1' })).toEqual({ $bigint: '1); alert(1' });
    expect(decode({ $number: '12' })).toEqual({ $number: '12' });
  });
});

/** JSON has one zero; which one it was is of no consequence to what is shown. */
function withoutNegativeZero(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(withoutNegativeZero);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutNegativeZero(inner)]));
}
