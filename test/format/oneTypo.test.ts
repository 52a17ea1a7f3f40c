/** Each slip of one key in a small file: what is offered for it helps, and nearly always it is one problem. */
import { expect, test } from 'vitest';
import { type Problem, parseNetworkFile } from '../../src/format';

const TEXT = `{ "layers": [{ "units": 1 }, { "units": 2, "weights": [[1], [-2.5]], "biases": [0, 1] }],
  "loss": "mse", "seed": 7 }`;
const problemsOf = (text: string): readonly Problem[] => parseNetworkFile(text, { fileName: 'a.nn.json' }).problems;

function obeyed(text: string, { fix }: Problem): string {
  return [...(fix?.edits ?? [])]
    .sort((a, b) => b.offset - a.offset)
    .reduce((all, edit) => all.slice(0, edit.offset) + edit.text + all.slice(edit.offset + edit.length), text);
}

/** The text with one character of its structure, or a bare word, put in, put in another's place, or taken out. */
function* slips(text: string): Generator<string, void> {
  for (let at = 0; at <= text.length; at++) {
    for (const piece of ['{', '}', '[', ']', ',', ':', '"', 'abc', 'true', 'NaN', '1']) {
      yield text.slice(0, at) + piece + text.slice(at);
      if (at < text.length) yield text.slice(0, at) + piece + text.slice(at + 1);
    }
    if (at < text.length) yield text.slice(0, at) + text.slice(at + 1);
  }
}

const texts = [...new Set(slips(TEXT))];

test('obeying what is offered for a slip leaves fewer problems', () => {
  const vain: string[] = [];
  for (const text of texts) {
    const problems = problemsOf(text);
    for (const problem of problems) {
      if (!problem.fix || problemsOf(obeyed(text, problem)).length < problems.length) continue;
      vain.push(`${problem.fix.title}: ${text}`);
    }
  }
  expect(vain).toEqual([]);
});

test('one character of the structure put in or taken out is one problem, whose mend is offered', () => {
  const before = problemsOf(TEXT);
  expect(before).toEqual([]);
  for (const at of Array.from(TEXT.matchAll(/[{}[\],:"]/g), ({ index }) => index)) {
    for (const text of [TEXT.slice(0, at) + TEXT.slice(at + 1), TEXT.slice(0, at) + TEXT.charAt(at) + TEXT.slice(at)]) {
      const problems = problemsOf(text);
      expect(problems, text).toHaveLength(1);
    }
  }
});

test.each([
  ['{"layers": [{"units": 1}, {"units"] 2}]}', 'Write :'],
  ['{"layers": [{"units": 1}, {"units": 1, "weights": ][[1]]}]}', 'Remove a ]'],
  ['{"layers": [{"units": 1}, {"units": 1}], abc "seed": 1}', 'Remove "abc"'],
  ['{"layers: [{"units": 1}, {"units": 1}]}', 'Insert a double quote'],
])('%s', (text, title) => {
  const problems = problemsOf(text);
  expect(problems.map(({ fix }) => fix?.title)).toEqual([title]);
  expect(problems.flatMap((problem) => problemsOf(obeyed(text, problem)))).toEqual([]);
});

test('the problems of what the slip hides are told at their own places', () => {
  const text = '{"layers": [{"units": 1}, {"units"] 2, "activation": "sigmiod"}]}';
  const problems = problemsOf(text);
  expect(problems.map(({ offset, length }) => text.slice(offset, offset + length))).toEqual([']', '"sigmiod"']);
  const [, unknown] = problems;
  if (!unknown) throw new Error('one problem is missing');
  expect(obeyed(text, unknown)).toBe(text.replace('sigmiod', 'sigmoid'));
});
