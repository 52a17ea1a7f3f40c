/** The words of a file in the PyTorch script: whatever they are, they are never code. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { csvText, loadNetworkFile } from '../../src/format';
import { exportPyTorch } from '../../src/format/export/pytorch';

const python = ['/usr/bin/python3', 'python3'].find((program) => spawnSync(program, ['-c', '0']).status === 0);
const hasTorch = python !== undefined && spawnSync(python, ['-c', 'import torch']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'words-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What has been tried against Python, LaTeX, shells and terminals, and any code units at all. */
const attacks = [
  'coding: unicode_escape \\nimport os;os.system("touch PWNED")\\n#',
  'coding: bogus',
  '-*- coding: utf-7 -*-+AGkAbQBwAG8AcgB0-',
  'vim: set fileencoding=utf_16 :',
  'x\0y',
  'a\nimport os',
  'a\rimport os',
  'a\fimport os',
  '"""\nimport os\n"""',
  "'''",
  '\\',
  '\\\nimport os',
  '${PWNED}`id`',
  '\ud800',
  '\udfff\ud800',
  '\u2028import os',
  '\u202eso tropmi',
  '\ufeff# coding: latin-1',
  '\x1b[2J\x9b',
  '\x85import os',
  '#',
  '%s {x} %(x)s',
];
const anyUnits = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff })))
  .map((units) => String.fromCharCode(...units));
const word = fc.oneof(
  fc.constantFrom(...attacks),
  anyUnits,
  fc.tuple(anyUnits, fc.constantFrom(...attacks), anyUnits).map((parts) => parts.join('')),
);

const plain = ['name', 'description', 'layer', 'label', 'theta', 'column', 'script'] as const;

/** The script of one network that says these words wherever a file can say words. */
async function scriptOf(words: readonly string[]): Promise<string> {
  const [name = '', description = '', layer = '', label = '', parameter = '', column = '', file = ''] = words;
  const text = JSON.stringify({
    name,
    description,
    layers: [
      { units: 1, name: layer, labels: [label] },
      {
        name: layer,
        labels: [label],
        weights: [[2]],
        biases: [0],
        parameterNames: { weights: [[parameter]], biases: [`${parameter}b`] },
      },
    ],
    data: { file: 'data.csv', inputs: [column], targets: [2] },
    training: { epochs: 1 },
  });
  const csv = `"${column.replaceAll('"', '""')}",y_\n1,0\n2,1\n`;
  const { network, data, problems } = await loadNetworkFile(text, {
    fileName: 'words.nn.json',
    readCsv: () => Promise.resolve(csvText(csv)),
  });
  if (!network || !data) throw new Error(problems.map(({ message }) => message).join('\n'));
  return exportPyTorch(network, data, network.theta, { fileName: `${file}.py` }).script;
}

describe('the PyTorch script of a file with any words', () => {
  it('has two fixed lines first, and the name on one line that can be printed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(...plain.map(() => word)), async (words) => {
        const script = await scriptOf(words);
        const lines = script.split('\n');
        expect(lines.slice(0, 2)).toEqual([
          '# -*- coding: utf-8 -*-',
          '# Exported by Gradient Inspector, for PyTorch 1.13 or later.',
        ]);
        expect(lines.findIndex((line) => line.startsWith('# Network: '))).toBe(12);
        expect(script).not.toMatch(
          /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u,
        );
        const code = (of: string): string[] => of.split('\n').filter((line) => !line.startsWith('#'));
        expect(code(script)).toEqual(code(await scriptOf(plain)));
      }),
    );
  });

  if (python === undefined) console.warn('1 test left out: there is no python3 to read the scripts.');
  it.runIf(python)(
    'compiles from its bytes to the same syntax tree, and imports',
    async () => {
      const samples = [
        [...plain],
        ...attacks.map((attack) => plain.map(() => attack)),
        ...fc.sample(fc.tuple(...plain.map(() => word)), { numRuns: 300, seed: 1 }),
      ];
      const scripts = await Promise.all(samples.map(scriptOf));
      for (const [n, script] of scripts.entries()) writeFileSync(join(folder, `m${String(n)}.py`), script);
      // As import, runpy and `python file` do: from the bytes, with the encoding that Python finds in them.
      const driver = `
import ast, contextlib, io, os, runpy, sys, tokenize
folder, count, run = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "run"
os.chdir(folder)
same = ran = 0
first = None
for n in range(count):
    path = f"m{n}.py"
    with open(path, "rb") as file:
        data = file.read()
    assert tokenize.detect_encoding(io.BytesIO(data).readline)[0] == "utf-8"
    compile(data, path, "exec")
    tree = ast.dump(ast.parse(data))
    first = first or tree
    same += tree == first
    if run and n < 60:
        sys.argv = [path, "--gradients"]
        with contextlib.redirect_stdout(io.StringIO()) as out:
            runpy.run_path(path, run_name="__main__")
        ran += out.getvalue().startswith('{"loss": ')
print(same, ran, sorted(name for name in os.listdir() if not name.endswith(".py")))`;
      const runs = hasTorch ? 'run' : 'no';
      const output = execFileSync(python ?? '', ['-c', driver, folder, String(scripts.length), runs], {
        encoding: 'utf8',
      });
      expect(output.trim()).toBe(`${String(scripts.length)} ${hasTorch ? '60' : '0'} []`);
    },
    120_000,
  );

  it('is of the files that broke it', async () => {
    for (const fault of ['name-uesc', 'name-bogus', 'name-nul']) {
      const text = readFileSync(new URL(`../fixtures/hostile/${fault}.nn.json`, import.meta.url), 'utf8');
      const { network, data } = await loadNetworkFile(text, {
        fileName: fault,
        readCsv: () => Promise.reject(new Error()),
      });
      if (!network || !data) throw new Error(`${fault} is no network`);
      const { script } = exportPyTorch(network, data, network.theta, { fileName: `${fault}.py` });
      expect(script.split('\n')[0]).toBe('# -*- coding: utf-8 -*-');
      expect(script.split('\n').filter((line) => line.includes('coding:'))).toHaveLength(fault === 'name-nul' ? 1 : 2);
    }
  });
});
