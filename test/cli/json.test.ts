import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonPieces, toJson } from '../../src/cli/json';

const json = (value: unknown): string => [...jsonPieces(value)].join('');

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.double(),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), fc.option(tie('value'), { nil: undefined })),
    fc.array(fc.double()).map((row) => Float64Array.from(row)),
  ),
})).value;

describe('JSON in pieces', () => {
  test('is the JSON of the whole, whose numbers read back to the same doubles', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(json(value)).toBe(toJson(value));
      }),
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(JSON.parse(json([[number]]))).toEqual([[number]]);
      }),
    );
    expect(json({ a: [NaN, -Infinity], b: [Infinity] })).toBe('{"a":["NaN","-Infinity"],"b":["Infinity"]}');
  });

  test('takes a generator for an array, one item after the other', () => {
    fc.assert(
      fc.property(fc.array(values), (items) => {
        function* rows(): Generator<unknown> {
          yield* items;
        }
        expect(json({ history: rows(), layers: [] })).toBe(toJson({ history: items, layers: [] }));
      }),
    );
  });
});
