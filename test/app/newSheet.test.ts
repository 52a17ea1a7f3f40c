/** A sheet made from a network asks what was chosen, locks, and can be assigned, solved and graded. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Assigner } from '../../src/app/classes/assign';
import { gradeAll } from '../../src/app/classes/grade';
import { newSheet } from '../../src/app/classes/newSheet';
import { lockOf, sheetOf } from '../../src/app/sheet';
import { parseNetworkFile } from '../../src/format';

const examples = join(import.meta.dirname, '../../media/examples');

function load(text: string) {
  const { network, data, ...file } = parseNetworkFile(text, { fileName: 'a.nn.json' });
  if (!network || !data) throw new Error(JSON.stringify(file.problems));
  return { ...file, network, data };
}

test.each(['multiple-units-2-2-2', 'xor', 'mazur-2-2-2', 'univariate-logistic'])('%s', (name) => {
  const text = readFileSync(join(examples, `${name}.nn.json`), 'utf8');
  const { network, data } = load(text);
  const last = network.layers.length - 1;
  const made = newSheet(text, network, data.training, { quantities: ['z', 'loss', 'step'], layers: [last] });
  const file = load(made);
  expect(file.problems).toEqual([]);
  expect(lockOf(file).hidden).toEqual({ forward: true, backward: true });
  const units = network.layers.slice(1).reduce((sum, layer) => sum + layer.units, 0);
  const block = file.source.layout.layers.at(-1);
  const gradients = block ? block.rows * (block.columns + (block.biases < 0 ? 0 : 1)) : NaN;
  const questions = sheetOf(file, file.data.training).questions.map(({ quantity }) => quantity);
  const count = (wanted: string): number => questions.filter((quantity) => quantity === wanted).length;
  expect([count('z'), count('loss'), count('gradient'), count('step')]).toEqual([
    data.training.count * units,
    1,
    gradients,
    file.source.layout.count,
  ]);

  const assigner = new Assigner(made, file);
  const { text: sheet, key } = assigner.assign('ann');
  const reference = (solved: string) => {
    const content = load(solved);
    return sheetOf(content, content.data.training);
  };
  const submit = (submitted: string) =>
    gradeAll([{ file: 'ann.nn.json', owner: 'ann', text: submitted, content: load(submitted), problems: [] }], () =>
      reference(key),
    );
  expect(submit(key)).toMatchObject([{ student: 'ann', points: questions.length, problems: [] }]);
  expect(submit(sheet)).toMatchObject([{ points: 0, claims: { open: questions.length }, problems: [] }]);
  expect(lockOf(load(key)).hidden).toEqual({ forward: false, backward: false });
});
