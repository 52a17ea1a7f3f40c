import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonDocument } from '../../src/format/json';
import { parseJson } from '../../src/format/json/parser';
import { isJson } from '../../src/format/json/validity';
import { Problems } from '../../src/format/problems';
import { valueOf } from './valueOf';

function parse(text: string): { document: JsonDocument; codes: string[] } {
  const problems = new Problems();
  const document = parseJson(text, problems);
  return { document, codes: problems.sorted().map(({ code }) => code) };
}

function standardValue(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

const pieces = ['{', '}', '[', ']', ':', ',', '"a"', '"b"', '1', '-2.5e3', '0', '01', '.5', '1.', '-', 'true', 'null'];
const oddPieces = [
  'nul',
  'NaN',
  "'a'",
  '"',
  '\\',
  '"\\u00e9"',
  '"\\x"',
  '\u2028',
  '\u00a0',
  '\t',
  '\n',
  '\r\n',
  '/',
  '//',
  '/*',
];

describe('strict JSON', () => {
  const soup = fc.array(fc.constantFrom(...pieces, ...oddPieces), { maxLength: 12 }).map((parts) => parts.join(''));
  const document = fc.json({ maxDepth: 4 });
  /** A sound text with one character taken out or put in. */
  const nearJson = fc
    .tuple(document, fc.nat(), fc.boolean(), fc.constantFrom(...pieces, ...oddPieces))
    .map(([text, at, cut, piece]) => {
      const place = at % (text.length + 1);
      return cut ? text.slice(0, place) + text.slice(place + 1) : text.slice(0, place) + piece + text.slice(place);
    });

  test('agrees with JSON.parse on what is JSON, and on its value', () => {
    fc.assert(
      fc.property(fc.oneof(document, soup, nearJson), (text) => {
        const standard = standardValue(text);
        const { document, codes } = parse(text);
        const syntax = codes.filter((code) => code !== 'duplicate-key');
        expect(syntax.length === 0).toBe(standard !== undefined);
        if (!standard) return;
        if (!document.root) throw new Error('no tree');
        // -0 and 0 are the same here: JSON.parse keeps both, and so does the pool.
        expect(valueOf(document.root, document)).toEqual(standard.value);
      }),
      { numRuns: 3000 },
    );
  });

  test('what is JSON is told without a tree, too', () => {
    fc.assert(
      fc.property(fc.oneof(document, soup, nearJson), (text) => {
        expect(isJson(text)).toBe(standardValue(text) !== undefined);
      }),
      { numRuns: 3000 },
    );
  });

  test('every number is where its place says, in packed and in mixed arrays', () => {
    const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(numbers), fc.boolean(), (rows, mixed) => {
        const text = JSON.stringify(mixed ? rows.map((row) => [...row, 'end']) : rows, null, 1);
        const { document } = parse(text);
        for (let index = 0; index < document.numbers.count; index++) {
          const { offset, length } = document.numbers.span(index);
          expect(Number(text.slice(offset, offset + length))).toBe(document.numbers.value(index));
          expect(document.numbers.indexAt(offset)).toBe(index);
          expect(document.numbers.indexAt(offset + length)).toBe(index);
        }
      }),
    );
  });

  test('a byte order mark is tolerated at the very start alone', () => {
    expect(parse('\ufeff{}').codes).toEqual([]);
    expect(parse('{\ufeff}').codes).not.toEqual([]);
  });

  test.each([
    ['100,000 arrays', '['.repeat(100_000), ['unclosed']],
    ['100,000 objects', '{"a":'.repeat(100_000), ['unclosed']],
    ['100,000 arrays and their ends', '['.repeat(100_000) + ']'.repeat(100_000), []],
  ])('%s deep are no matter', (_, text, expected) => {
    expect(parse(text).codes).toEqual(expected);
  });

  test('of very many problems the first hundred are told, and that there are more', () => {
    const nans = (count: number): string => `[${Array.from({ length: count }, () => 'NaN').join(', ')}]`;
    expect(parse(nans(100)).codes).toEqual(Array.from({ length: 100 }, () => 'invalid-literal'));
    expect(parse(nans(300)).codes.slice(99)).toEqual(['invalid-literal', 'too-many-problems']);
  });

  test('goes on after a problem: each of several is told, with its mend', () => {
    const { codes } = parse('{ "a": [1 2, 3,], "b" 4, c: 5, "d": Nan // end\n}');
    expect(codes).toEqual([
      'missing-comma',
      'trailing-comma',
      'missing-colon',
      'invalid-literal',
      'invalid-literal',
      'comment',
    ]);
  });
});
