import { describe, expect, test } from 'vitest';
import { csvText, loadNetworkFile, parseNetworkFile } from '../../src/format';
import { KeyTable } from '../../src/format/json/keyTable';

const LAYERS = '"layers": [{ "units": 2 }, { "units": 1 }]';
const parse = (text: string) => parseNetworkFile(text, { fileName: 'a.nn.json' });

describe('texts of very many things', () => {
  const many = 200_000;
  test.each([
    ['empty objects', '{},'.repeat(many)],
    ['empty arrays', '[],'.repeat(many)],
    ['strings with escapes', '"\\n",'.repeat(many)],
    ['a number among others', `{},${'1,'.repeat(many)}`],
    ['brackets in brackets', `${'['.repeat(many)}${']'.repeat(many)},`],
  ])('%s under a key of the reader’s own are no problem', (_, items) => {
    const { problems, network } = parse(`{ ${LAYERS}, "x-mine": [${items} 0] }`);
    expect(problems).toEqual([]);
    expect(network?.layers).toHaveLength(2);
  });

  const file = (key: string, value: string): string => `{ ${LAYERS}, "${key}": ${value} }`;
  test.each([
    ['unknown keys', `{ ${LAYERS}${Array.from({ length: many }, (_, k) => `, "u${String(k)}": 1`).join('')} }`],
    ['keys twice', `{ ${LAYERS}${', "seed": 1'.repeat(many)} }`],
    ['layers', `{ "layers": [${'{},'.repeat(many)} {}] }`],
    ['rows', file('data', `{ "inputs": [${'{},'.repeat(many)} {}], "targets": [${'[1],'.repeat(many)} [1]] }`)],
    ['short rows', file('data', `{ "inputs": [${'[1],'.repeat(many)} [1]], "targets": [${'[1],'.repeat(many)} [1]] }`)],
    ['columns', file('data', `{ "file": "a.csv", "inputs": [${'"a",'.repeat(many)} null], "targets": [1] }`)],
    ['words', `[${'word,'.repeat(many)} 1]`],
    ['commas', ','.repeat(many)],
  ])('of %s, only so many problems as a reader can use', (_, text) => {
    const { problems, network } = parse(text);
    expect(network).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(1001);
  });

  test('the last of a thousand keys counts, and a key twice among them is told', () => {
    const others = Array.from({ length: 2000 }, (_, k) => `"x-${String(k)}": ${String(k)}`).join(', ');
    const { network } = parse(`{ ${others}, ${LAYERS}, "seed": 7 }`);
    expect(network?.seed).toBe(7);
    const { problems } = parse(`{ "x-5": 1, ${others}, ${LAYERS}, "x-\\u0037": 2 }`);
    expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'duplicate-key: found the key "x-5" twice in one object, expected it once',
      'duplicate-key: found the key "x-7" twice in one object, expected it once',
    ]);
  });

  test('keys that all have one hash are told apart', () => {
    const names = Array.from({ length: 500 }, (_, k) => `key ${String(k % 400)}`);
    const table = new KeyTable(Uint32Array.from(names.keys()), {
      hash: () => 42,
      isSame: (one, other) => names[one] === names[other],
      isNamed: (node, name) => names[node] === name,
    });
    expect([...table.repeated]).toEqual(Array.from({ length: 100 }, (_, k) => 400 + k));
  });

  test('columns of a CSV by ten thousand names', async () => {
    const names = Array.from({ length: 10_000 }, (_, k) => `column ${String(k)}`);
    const text = JSON.stringify({
      layers: [{ units: names.length - 1 }, { units: 1, weights: [Array.from(names.slice(1), () => 0)] }],
      data: { file: 'a.csv', inputs: names.slice(1).reverse(), targets: names.slice(0, 1) },
    });
    const csv = `${names.join(',')}\n${names.map((_, k) => String(k)).join(',')}\n`;
    const { data } = await loadNetworkFile(text, {
      fileName: 'a.nn.json',
      readCsv: () => Promise.resolve(csvText(csv)),
    });
    expect([...(data?.training.inputs ?? [])]).toEqual(names.slice(1).map((_, k) => 9999 - k));
    expect([...(data?.training.targets ?? [])]).toEqual([0]);
  });
});

describe('one slip is one problem, and what is offered for it leads to a sound file', () => {
  const withWeights = (weights: string): string =>
    `{ "layers": [{ "units": 2 }, { "units": 1, "weights": ${weights} }] }`;

  test.each([
    ['[[abc, 1]]', undefined],
    ['[[1, abc def]]', undefined],
    ['[[1/3, 2]]', undefined],
    ['[[sqrt(2), 1]]', undefined],
    ["[[1, 'a']]", undefined],
    ['[[1, None]]', undefined],
    ['[[1; 2]]', undefined],
    ['[[1, NaN]]', undefined],
    ['[(1, 2)]', undefined],
    ['abc', undefined],
    ['[[1, "a]]', undefined],
    ['[[1, 2 x]]', [1, 2]],
    ['[[1,000, 2]]', [1000, 2]],
    ['[[1, −2]]', [1, -2]],
    ['[[0x1F, 1_000]]', [31, 1000]],
    ['[[.5, +1.]]', [0.5, 1]],
  ])('%s', (weights, mended) => {
    const text = withWeights(weights);
    const { problems } = parse(text);
    const slips = mended && weights.includes('0x1F') ? 2 : weights.includes('.5') ? 2 : 1;
    expect(problems.map(({ message }) => message)).toHaveLength(slips);
    for (const { message } of problems) expect(message).not.toMatch(/double quotes/);
    const edits = problems.flatMap(({ fix }) => fix?.edits ?? []).sort((a, b) => b.offset - a.offset);
    expect(edits.length > 0).toBe(mended !== undefined);
    if (!mended) return;
    const fixed = edits.reduce(
      (all, edit) => all.slice(0, edit.offset) + edit.text + all.slice(edit.offset + edit.length),
      text,
    );
    expect([...(parse(fixed).network?.theta ?? [])]).toEqual([...mended, 0]);
  });

  test.each([
    ['"name": abc', { name: 'abc' }],
    ['"name": \'abc\'', { name: 'abc' }],
    ['"loss": mae', { loss: { type: 'mae' } }],
    ['"training": { "shuffle": False }', { training: { shuffle: false } }],
    ['"seed": 1_000', { seed: 1000 }],
  ])('%s', (member, expected) => {
    const text = `{ ${LAYERS}, ${member} }`;
    const { problems } = parse(text);
    expect(problems).toHaveLength(1);
    const [edit] = problems[0]?.fix?.edits ?? [];
    if (!edit) throw new Error('no mend');
    const fixed = text.slice(0, edit.offset) + edit.text + text.slice(edit.offset + edit.length);
    expect(parse(fixed).network).toMatchObject(expected);
  });
});
