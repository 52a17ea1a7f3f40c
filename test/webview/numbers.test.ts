import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { showCount, showPercent } from '../../webview/names';

const webview = join(import.meta.dirname, '..', '..', 'webview');
const files = readdirSync(webview, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => join(webview, name));

/** Where a number is put into the page as it is: JSX children of a numeric type, and counts in sentences. */
function bareNumbers(): string[] {
  const program = ts.createProgram(files, {
    ...ts.parseJsonConfigFileContent(
      ts.readConfigFile(join(webview, 'tsconfig.json'), (name) => ts.sys.readFile(name)).config,
      ts.sys,
      webview,
    ).options,
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const numeric = ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike;
  const found: string[] = [];
  for (const source of program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(webview))) {
    const visit = (node: ts.Node): void => {
      const { parent } = node;
      if (ts.isJsxExpression(node) && node.expression && (ts.isJsxElement(parent) || ts.isJsxFragment(parent))) {
        const type = checker.getTypeAtLocation(node.expression);
        const parts = type.isUnion() ? type.types : [type];
        // What may be an element as well is not ours to format; mathematics writes indices as they are.
        const isText = parts.every(({ flags }) => !(flags & ts.TypeFlags.Object));
        const isMath = source.fileName.endsWith('math.tsx');
        if (isText && !isMath && parts.some(({ flags }) => flags & numeric))
          found.push(`${source.fileName}: ${node.getText()}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

test('every number in the page goes through a formatter', () => {
  expect(bareNumbers()).toEqual([]);
});

test('counts in sentences have their thousands apart, and nothing formats by the locale', () => {
  const counts =
    /(epoch|sample|batch|of) \$\{String\(|\$\{String\([^`]*?\)\} (of|rows|samples|cells|kinks|more|targets|epochs|paths)\b/;
  for (const file of files) {
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines.filter((line) => /toLocaleString|Intl\.NumberFormat/.test(line))).toEqual([]);
    expect(lines.filter((line) => counts.test(line) && !/layer/.test(line))).toEqual([]);
  }
});

test('thousands and percentages look alike everywhere', () => {
  expect([0, 999, 1000, 101770, 1234567n].map(showCount)).toEqual([
    '0',
    '999',
    '1\u202f000',
    '101\u202f770',
    '1\u202f234\u202f567',
  ]);
  expect([0, 0.004, 0.0994, 0.0995, 0.12, 1, NaN].map(showPercent)).toEqual([
    '0 %',
    '0.4 %',
    '9.9 %',
    '10 %',
    '12 %',
    '100 %',
    '–',
  ]);
});
