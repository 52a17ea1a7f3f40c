import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { forward, gradients } from '../../src/core/backprop';
import { type Dataset, type Network, type Samples, objectiveOf } from '../../src/core/network';
import { Trainer } from '../../src/engine/trainer';
import { digitsCsv, twoSpirals } from './examples/generated';
import { EXAMPLES, GOLDENS, load, networkTexts } from './fixtures';

async function example(name: string): Promise<{ network: Network; data: Dataset }> {
  const text = readFileSync(join(EXAMPLES, `${name}.nn.json`), 'utf8');
  const { network, data, problems } = await load({ name, folder: EXAMPLES, text });
  if (!network || !data) throw new Error(problems.map(({ message }) => message).join('\n'));
  return { network, data };
}

/** The part of the rows whose class, the largest output (or the side of ½), is the target's. */
function accuracy(network: Network, theta: Float64Array, { count, inputs, targets }: Samples): number {
  const columns = inputs.length / count;
  const outputs = targets.length / count;
  const classOf = (row: Float64Array): number => {
    if (row.length > 1) return row.indexOf(Math.max(...row));
    return (row[0] ?? NaN) > 0.5 ? 1 : 0;
  };
  let right = 0;
  for (let row = 0; row < count; row++) {
    const { a } = forward(network, theta, inputs.subarray(row * columns, (row + 1) * columns));
    const output = a.at(-1) ?? new Float64Array();
    if (classOf(output) === classOf(targets.subarray(row * outputs, (row + 1) * outputs))) right++;
  }
  return right / count;
}

describe('the shipped examples', () => {
  test.each(networkTexts(EXAMPLES))('$name has no problem and says what it teaches', async (file) => {
    const { problems, network, data } = await load(file);
    expect(problems).toEqual([]);
    expect(network?.description.length).toBeGreaterThan(80);
    expect(data?.training.count).toBeGreaterThan(0);
  });

  test.each([
    ['univariate-logistic', 'lecture-univariate'],
    ['toy-1-1-1', 'lecture-toy-1-1-1'],
    ['multiple-units-2-2-2', 'lecture-2-2-2'],
    ['homework-2-2-2', 'lecture-2-2-2'],
    ['xor', 'xor'],
  ])('%s has the numbers of the golden case %s', async (name, golden) => {
    const { network, data } = await example(name);
    const expected = JSON.parse(readFileSync(join(GOLDENS, `${golden}.expected.json`), 'utf8')) as { loss: number };
    expect(gradients(objectiveOf(network, data.training)).loss).toBeCloseTo(expected.loss, 14);
  });

  test('the homework asks for each of its derivatives, and claims none', async () => {
    const text = readFileSync(join(EXAMPLES, 'homework-2-2-2.nn.json'), 'utf8');
    const { network, claims, source } = await load({ name: 'homework-2-2-2', folder: EXAMPLES, text });
    expect([network?.theta.length, claims, source.openClaims.length]).toEqual([8, [], 8]);
  });

  test('Mazur’s published numbers', async () => {
    const { network, data } = await example('mazur-2-2-2');
    const before = gradients(objectiveOf(network, data.training));
    expect(before.loss).toBeCloseTo(0.298371109, 9);
    const after = network.theta.map((value, index) => value - 0.5 * (before.gradient[index] ?? NaN));
    expect(after[0]).toBeCloseTo(0.149780716, 9);
    expect(after[6]).toBeCloseTo(0.35891648, 8);
    expect(before.gradient[6]).toBeCloseTo(0.082167041, 9);
  });

  test('the irises are Fisher’s: 50 of each species, with the published means and deviations', async () => {
    const lines = readFileSync(join(EXAMPLES, 'iris.csv'), 'utf8').trim().split('\n').slice(1);
    const published = {
      setosa: [5.006, 3.428, 1.462, 0.246, 0.3525, 0.3791, 0.1737, 0.1054],
      versicolor: [5.936, 2.77, 4.26, 1.326, 0.5162, 0.3138, 0.4699, 0.1978],
      virginica: [6.588, 2.974, 5.552, 2.026, 0.6359, 0.3225, 0.5519, 0.2747],
    };
    for (const [species, numbers] of Object.entries(published)) {
      const rows = lines.filter((line) => line.endsWith(`,${species}`)).map((line) => line.split(',').map(Number));
      expect(rows).toHaveLength(50);
      for (let column = 0; column < 4; column++) {
        const values = rows.map((row) => row[column] ?? NaN);
        const mean = values.reduce((sum, value) => sum + value, 0) / 50;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 49;
        expect(mean).toBeCloseTo(numbers[column] ?? NaN, 10);
        expect(Math.sqrt(variance)).toBeCloseTo(numbers[column + 4] ?? NaN, 4);
      }
    }
    const { data } = await example('iris');
    expect([data.training.count, data.validation?.count]).toEqual([120, 30]);
    expect(data.classNames).toEqual(['setosa', 'versicolor', 'virginica']);
  });

  test.each([
    ['iris', 40, 0.95],
    ['two-spirals', 600, 0.99],
    ['digits-784-128-10', 5, 0.95],
  ])('%s is learned within %i epochs by the settings it comes with', async (name, epochs, wanted) => {
    const { network, data } = await example(name);
    const trainer = new Trainer(network, data, { epochs });
    while (!trainer.end) trainer.run(1000);
    expect(trainer.end).toBe('epochs');
    expect(accuracy(network, trainer.theta, data.training)).toBeGreaterThan(wanted);
    if (data.validation) expect(accuracy(network, trainer.theta, data.validation)).toBeGreaterThan(0.85);
  });
});

describe('drawn data are what their generator draws', () => {
  test('digits.csv', () => {
    const path = join(EXAMPLES, 'digits.csv');
    if (process.env.WRITE_EXAMPLES) writeFileSync(path, digitsCsv());
    expect(readFileSync(path, 'utf8')).toBe(digitsCsv());
  });

  test('two-spirals.nn.json', async () => {
    const { data } = await example('two-spirals');
    const points = twoSpirals();
    expect([...data.training.inputs]).toEqual(points.flatMap(({ point }) => point));
    expect([...data.training.targets]).toEqual(points.map(({ spiral }) => spiral));
  });
});
