/** One typo, one problem. */
import { expect, it } from 'vitest';
import { parseJson } from '../../src/format/json/parser';
import { Problems, type Problem } from '../../src/format/problems';

function problemsOf(text: string): Problem[] {
  const problems = new Problems();
  parseJson(text, problems);
  return problems.sorted();
}

it.each([['[[1, 2} ]'], ['[[1 2 abc]]'], ['{"a": {"b": 1]}'], ['[[[1, 2}]]'], ['{"a": [1, 2}}']])(
  '%s has one problem',
  (text) => {
    expect(problemsOf(text)).toHaveLength(1);
  },
);
