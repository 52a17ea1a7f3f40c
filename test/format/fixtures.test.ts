import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FIXTURES, GOLDENS, apply, load, networkTexts, print } from './fixtures';

describe('valid files', () => {
  test.each(networkTexts(join(FIXTURES, 'valid')))('$name', async (file) => {
    const { problems, network } = await load(file);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(network).toBeDefined();
    if (file.name !== 'unknown-keys.nn.json') expect(problems).toEqual([]);
  });
});

describe('the oracle’s files', () => {
  test.each(networkTexts(GOLDENS))('$name', async (file) => {
    const { problems, network, data } = await load(file);
    expect(problems).toEqual([]);
    const numbers = JSON.parse(file.text) as { layers: { weights?: number[][]; biases?: number[] | false }[] };
    const theta = numbers.layers.flatMap(({ weights = [], biases }) => [...weights.flat(), ...(biases || [])]);
    expect([...(network?.theta ?? [])]).toEqual(theta);
    expect(data?.training.count).toBeGreaterThan(0);
  });
});

describe('invalid files: every problem at once, at its place', () => {
  test.each(networkTexts(join(FIXTURES, 'invalid')))('$name', async (file) => {
    const { problems, network, data } = await load(file);
    expect(network).toBeUndefined();
    expect(data).toBeUndefined();
    await expect(print(file.text, problems)).toMatchFileSnapshot(
      join(FIXTURES, 'invalid', file.name.replace('.nn.json', '.problems.txt')),
    );
  });

  test('unknown and misplaced keys are warnings with the key that was meant', async () => {
    const file = networkTexts(join(FIXTURES, 'valid')).find(({ name }) => name === 'unknown-keys.nn.json');
    if (!file) throw new Error('the fixture is gone');
    const { problems } = await load(file);
    await expect(print(file.text, problems)).toMatchFileSnapshot(join(FIXTURES, 'valid', 'unknown-keys.problems.txt'));
  });
});

describe('quick fixes', () => {
  const fixable = ['valid', 'invalid'].flatMap((folder) => networkTexts(join(FIXTURES, folder)));

  test.each(fixable)('each fix in $name ends its own problem', async (file) => {
    const { problems } = await load(file);
    for (const { fix, code, message } of problems) {
      if (!fix) continue;
      const text = apply(file.text, fix.edits);
      const after = await load({ ...file, text });
      const same = (problem: { code: string; message: string }) => problem.code === code && problem.message === message;
      const before = problems.filter(same).length;
      expect(after.problems.filter(same).length, `${fix.title}\n${text}`).toBe(before - 1);
    }
  });
});
