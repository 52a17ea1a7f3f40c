import { describe, expect, test } from 'vitest';
import { csvText, loadNetworkFile } from '../../src/format';

const CSV = 'x1,x2,label,x3,1-2\n1,2,3,4,5\n6,7,8,9,10\n';

async function load(inputs: unknown, targets: unknown, units: number, csv = CSV) {
  const text = JSON.stringify({
    layers: [{ units }, { units: 1 }],
    data: { file: 'a.csv', inputs, targets },
  });
  const { data, problems } = await loadNetworkFile(text, {
    fileName: 'a.nn.json',
    readCsv: () => Promise.resolve(csvText(csv)),
  });
  const { training } = data ?? {};
  return {
    inputs: training && [...training.inputs.slice(0, units)],
    targets: training && [...training.targets.slice(0, 1)],
    rows: training?.count,
    problems: problems.map(({ code, message }) => `${code}: ${message}`),
  };
}

describe('many columns at once', () => {
  test.each([
    ['a range of numbers', ['2-4'], 3, [2, 3, 4], [1]],
    ['a pattern', ['x*'], 3, [1, 2, 4], ['label']],
    ['a pattern with its star inside', ['l*l'], 1, [3], ['x1']],
    ['the rest', ['rest'], 4, [1, 2, 4, 5], ['label']],
    ['the rest in one word', 'rest', 4, [1, 2, 4, 5], 'label'],
    ['the rest of what inputs name, too', ['x3', 'rest'], 4, [4, 1, 2, 5], ['label']],
    ['a column of that very name', ['1-2'], 1, [5], ['label']],
    ['several of them', ['1-2', 'x1', 'x3'], 3, [5, 1, 4], ['label']],
  ])('%s', async (_, inputs, units, expected, targets) => {
    const read = await load(inputs, targets, units);
    expect(read.problems).toEqual([]);
    expect(read.inputs).toEqual(expected);
    expect(read.rows).toBe(2);
  });

  test('a range and the rest need no header', async () => {
    const read = await load(['1-2'], 'rest', 2, '1,2,3\n4,5,6\n');
    expect(read).toEqual({ inputs: [1, 2], targets: [3], rows: 2, problems: [] });
    expect((await load(['1-2'], 'rest', 2, 'a,b,c\n4,5,6\n')).rows).toBe(1);
  });

  test.each([
    [['2-9'], 3, 'csv-column: a.csv has 5 columns, expected columns 2 to 9'],
    [['4-2'], 3, 'csv-column: a.csv has 5 columns, expected columns 4 to 2'],
    [['0-2'], 3, 'csv-column: a.csv has 5 columns, expected columns 0 to 2'],
    [['z*'], 3, 'csv-column: a.csv has no column "z*", expected one of "x1", "x2", "label", "x3", "1-2"'],
    [['x*'], 2, 'wrong-length: "inputs" stands for 3 columns of a.csv, expected 2'],
  ])('%s for %i inputs is told', async (inputs, units, message) => {
    expect((await load(inputs, ['label'], units)).problems).toEqual([message]);
  });
});
