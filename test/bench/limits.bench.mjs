// 64 MiB of anything: what a hostile or merely huge text costs `validate`. Processor time, as other work must not count.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const name = 'Texts of 64 MiB';

const ROOM = 64 * 2 ** 20 - 300;
const layers = '"layers":[{"units":1},{"units":1}]';

const filled = (unit, room = ROOM) => unit.repeat(Math.floor(room / Buffer.byteLength(unit))).replace(/,$/, '');
const unknown = (body) => `{${layers},"x-a":${body}}`;
const data = (body) => `{${layers},"data":{${body}}}`;
const second = (body) => `{"layers":[{"units":1},{"units":1,${body}}]}`;
const rows = (ofInputs, ofTargets) =>
  data(`"inputs":[${filled(ofInputs, ROOM / 2)}],"targets":[${filled(ofTargets, ROOM / 2)}]`);
/** As many items as there is room for, each made from its number. */
const listed = (make) => {
  const items = [];
  for (let length = 0, k = 0; length < ROOM - 100; k++) length += Buffer.byteLength(items[items.push(make(k)) - 1]) + 1;
  return items.join(',');
};
const keys = (prefix) => listed((k) => `"${prefix}${k.toString(36)}":0`);

/** By what they are full of; made when their turn comes. */
const TEXTS = {
  'valid rows of one number': () => rows('[1],', '[1],'),
  'the same beside a character that is not ASCII': () => `{"name":"→",${rows('[1],', '[1],').slice(1)}`,
  'rows, one in ten thousand infinite': () => rows(`${'[1],'.repeat(9999)}[1e999],`, '[1],'),
  'rows, the last too short': () =>
    data(`"inputs":[${filled('[1],', ROOM / 2)},[]],"targets":[${filled('[1],', ROOM / 2)},[1]]`),
  'weights of rows': () => data(`"inputs":[[1]],"targets":[[1]],"weights":[${filled('1,')}]`),
  'classes of one number': () => rows('[1],', '[1],').replace('"inputs"', '"targetEncoding":"oneHot","inputs"'),
  'rows too short': () => rows('[],', '[1],'),
  'standardized rows, some held out': () =>
    data(
      `"standardize":true,"validation":0.2,"inputs":[${filled('[1],', ROOM / 2)}],"targets":[${filled('[0],', ROOM / 2)}]`,
    ),
  'numbers under x-': () => unknown(`[${filled('1,')}]`),
  'numbers of sixteen digits': () => unknown(`[${listed((k) => String(Math.sin(k)))}]`),
  'numbers, then a string': () => unknown(`[${filled('1,')},""]`),
  'rows in rows': () => unknown(`[${filled('[[1]],')}]`),
  'numbers and strings under x-': () => unknown(`[${filled('1,"",')}]`),
  'objects under x-': () => unknown(`[${filled('{},')}]`),
  'members under x-': () => unknown(`[${filled('{"a":0,"b":1},')}]`),
  'keys under x-': () => unknown(`{${keys('')}}`),
  'x- keys': () => `{${layers},${keys('x-')}}`,
  'unknown keys': () => `{${layers},${keys('')}}`,
  'one key again and again': () => unknown(`{${filled('"a":0,')}}`),
  'objects of nine members': () =>
    unknown(`[${filled(`{${[...'abcdefghi'].map((key) => `"${key}":0`).join(',')}},`)}]`),
  'empty keys': () => unknown(`{${filled('"":0,')}}`),
  'x- keys with an escape': () => `{${layers},${keys('x-\\u0061')}}`,
  'x- keys that are not ASCII': () => `{${layers},${keys('x-→')}}`,
  'one key with many escapes': () => `{${layers},"${filled('\\n')}":0}`,
  'one key that is not sound': () => `{${layers},"${filled('\\x')}":0}`,
  'control characters': () => `{${layers},"${filled('\t')}":0}`,
  'brackets that one closes': () => unknown(filled(`{"":${'['.repeat(9000)}}`)),
  'one key with an escape': () => unknown(`{${filled('"\\u0061":0,')}}`),
  'nested brackets': () => unknown(filled('[', ROOM / 2) + filled(']', ROOM / 2)),
  claims: () => second(`"claimedGradients":{"weights":[[${filled('1,')}]]}`),
  'open claims': () => second(`"claimedGradients":{"weights":[[${filled('null,')}]]}`),
  'rows of weights': () => second(`"weights":[${filled('[1],')}]`),
  layers: () => `{"layers":[${filled('{"units":1},')}]}`,
  labels: () => second(`"labels":[${filled('"a",')}]`),
  columns: () => data(`"file":"a.csv","inputs":[${filled('"a",')}],"targets":["b"]`),
  'escapes of one string': () => `{"description":"${filled('\\n')}",${layers}}`,
  'the path of a CSV': () => data(`"file":"${filled('a')}","inputs":["a"],"targets":["b"]`),
  'line breaks': () => `{${layers}${filled('\n')}}`,
  'line comments': () => `{${layers}${filled('//\n')}}`,
  words: () => unknown(filled('a ')),
  commas: () => unknown(`[${filled(', ')}]`),
};

export function run({ root }) {
  spawnSync('node', ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = join(folder, 'large.nn.json');
  const tell =
    'process.on("exit", () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();' +
    ' console.error(JSON.stringify([(userCPUTime + systemCPUTime) / 1e6, maxRSS / 1024])); })';
  const args = ['--import', `data:text/javascript,${encodeURIComponent(tell)}`, join(root, 'dist', 'cli.js')];
  try {
    return Object.entries(TEXTS).flatMap(([what, text]) => {
      writeFileSync(file, text());
      const { stderr } = spawnSync('node', [...args, 'validate', file], { encoding: 'utf8', maxBuffer: 2 ** 28 });
      const [seconds, mebibytes] = JSON.parse(stderr.trim().split('\n').at(-1));
      return [
        { what, value: seconds, unit: 's', limit: 3 },
        { what: '… memory', value: mebibytes, unit: 'MiB', limit: 1000 },
      ];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
