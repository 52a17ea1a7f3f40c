/** What a text of very many bytes must not make anybody wait for is read in another way than the rest: to the same end. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNetworkFile } from '../../src/format';
import { parseJson } from '../../src/format/json/parser';
import { Problems } from '../../src/format/problems';

const file = (data: object, rest: object = {}): string =>
  JSON.stringify({ layers: [{ units: 1 }, { units: 1, activation: 'sigmoid' }], data, ...rest });
const parse = (text: string) => parseNetworkFile(text, { fileName: 'a.nn.json' });

describe('a string with escapes', () => {
  it('is what JSON.parse makes of it, or a problem', () => {
    const piece = fc.constantFrom(
      'a',
      'é',
      '\\n',
      '\\u0041',
      '\\u00g1',
      '\\u12',
      '\\x',
      '\\\\',
      '\\"',
      '\\/',
      '\t',
      '"',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = `"${pieces.join('')}"`;
        const problems = new Problems();
        const { root } = parseJson(text, problems);
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          expect(problems.hasErrors).toBe(true);
          return;
        }
        expect(problems.sorted()).toEqual([]);
        expect(root).toMatchObject({ kind: 'string', value: expected });
      }),
    );
  });
});

const parsed = (text: string) => {
  const problems = new Problems();
  return { ...parseJson(text, problems), problems: problems.sorted() };
};

describe('a number', () => {
  const digits = fc.stringMatching(/^\d{1,24}$/);
  const written = fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.oneof(fc.constantFrom('0', '1', '9007199254740991', '9007199254740993', '123456789012345678'), digits),
      fc.option(digits),
      fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-'), fc.integer({ min: 0, max: 330 }))),
    )
    .map(([sign, whole, fraction, exponent]) => {
      const shown = whole.replace(/^0+(?=\d)/, '');
      return `${sign}${shown}${fraction === null ? '' : `.${fraction}`}${exponent ? exponent.join('') : ''}`;
    });

  it('is the double that JSON.parse makes of it, to the last bit and the sign of 0', () => {
    fc.assert(
      fc.property(written, (text) => {
        const { numbers, problems } = parsed(`[${text}]`);
        expect(problems).toEqual([]);
        expect(numbers.value(0)).toBe(JSON.parse(text));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('rows and runs of numbers', () => {
  const space = fc.constantFrom('', ' ', '\n  ');
  const number = fc.constantFrom('1', '-2.5', '1e3');
  const row = fc
    .tuple(fc.array(number, { maxLength: 3 }), space)
    .map(([items, gap]) => `[${gap}${items.join(`${gap},${gap}`)}${gap}]`);
  const item = fc.oneof(
    { weight: 6, arbitrary: row },
    number,
    fc.constantFrom('"a"', '{}', '[[1], [2]]', '{"a": [1], "b": [2]}', 'null'),
  );

  it('are read with the places that the text has, however they alternate', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 12 }), space, (items, gap) => {
        const text = `[${items.join(`${gap},${gap}`)}]`;
        const { root, problems, numbers } = parsed(text);
        expect(problems).toEqual([]);
        if (items.length === 0 || root?.kind === 'numbers') return;
        if (root?.kind !== 'array') throw new Error('no array');
        expect(root.items.length).toBe(items.length);
        const found = Array.from(root.items, ({ offset, length }) => text.slice(offset, offset + length));
        expect(found).toEqual(items);
        let rows = 0;
        for (const piece of root.items.pieces()) {
          if (piece.kind === 'rows') {
            rows += piece.count;
            const { first, length } = { first: piece.row(piece.count - 1).first, length: piece.columns };
            expect([...numbers.slice(first, length)]).toEqual(JSON.parse(items[rows - 1] ?? ''));
          } else rows++;
        }
        expect(rows).toBe(items.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('keys of one object', () => {
  // A few hundred names, so that some of a thousand repeat; each may be written with escapes.
  const name = fc.integer({ min: 0, max: 300 }).map((k) => `k${String(k)}`);
  const key = fc.tuple(name, fc.boolean()).map(([text, isEscaped]) => (isEscaped ? `\\u006b${text.slice(1)}` : text));

  it.each([5, 60, 1500])('of at most %d are told apart as JSON.parse tells them', (maxLength) => {
    fc.assert(
      fc.property(fc.array(key, { maxLength, size: 'max' }), (keys) => {
        const text = `{${keys.map((written, k) => `"${written}": ${String(k)}`).join(', ')}}`;
        const { root, problems } = parsed(text);
        if (root?.kind !== 'object') throw new Error('no object');
        const seen = new Set<string>();
        const repeated = keys.filter((written) => {
          const known = String(JSON.parse(`"${written}"`));
          return seen.has(known) || !seen.add(known);
        });
        const told = problems.filter(({ code }) => code === 'duplicate-key');
        expect(told).toHaveLength(Math.min(repeated.length, 100));
        const values = JSON.parse(text) as Record<string, number>;
        for (const [known, value] of Object.entries(values)) {
          expect(root.members.get(known)?.value).toMatchObject({ kind: 'number', value });
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('a matrix of data', () => {
  it('is read row after row, whatever stands between', () => {
    const { data, problems } = parse(file({ inputs: [[1], [2], [3]], targets: [[0], [1], [0.5]] }));
    expect(problems).toEqual([]);
    expect(data?.training).toMatchObject({ inputs: Float64Array.of(1, 2, 3), targets: Float64Array.of(0, 1, 0.5) });
  });

  it.each([
    ['a row that is too long', [[1], [2, 3], [4]], [[0], [1], [0]], 'wrong-length'],
    ['a row of something else', [[1], ['2'], [4]], [[0], [1], [0]], 'wrong-type'],
    ['an empty row', [[1], [], [4]], [[0], [1], [0]], 'wrong-length'],
    ['a target that the loss cannot take', [[1], [2], [4]], [[0], [2], [0]], 'target-out-of-range'],
  ])('with %s has a problem there', (_, inputs, targets, code) => {
    const { problems } = parse(file({ inputs, targets }, { loss: 'binaryCrossEntropy' }));
    expect(problems.map((problem) => problem.code)).toEqual([code]);
  });

  it('of classes numbers them in the order in which they appear', () => {
    const layers = [{ units: 1 }, { units: 2, activation: 'softmax' }];
    const data = { targetEncoding: 'oneHot', inputs: [[1], [2], [3]], targets: [[7], [-2], [7]] };
    const { data: read } = parse(JSON.stringify({ layers, loss: 'crossEntropy', data }));
    expect(read?.classNames).toEqual(['7', '-2']);
    expect(read?.training.targets).toEqual(Float64Array.of(1, 0, 0, 1, 1, 0));
  });
});

it('a path of more characters than any system takes is refused, and not repeated', () => {
  const { problems } = parse(file({ file: 'a'.repeat(5000), inputs: ['a'], targets: ['b'] }));
  expect(problems.map(({ code }) => code)).toEqual(['out-of-range']);
  expect(problems[0]?.message).toBe('"file" is of 5000 characters, expected the path of a CSV file');
});
