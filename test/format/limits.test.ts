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
