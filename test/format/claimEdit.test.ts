/** The claim that an inlay hint writes, and where the parameters of a part of the text stand. */
import { describe, expect, test } from 'vitest';
import { claimEdit, parseNetworkFile, type NetworkFile } from '../../src/format';
import { EXAMPLES, GOLDENS, networkTexts } from './fixtures';

const texts = [EXAMPLES, GOLDENS]
  .flatMap((folder) => networkTexts(folder))
  .filter(({ text }) => text.length < 3000 && !text.includes('"file"'));

function read(text: string): NetworkFile {
  return parseNetworkFile(text, { fileName: 'a.nn.json' });
}

describe.each(texts.map(({ name, text }) => [name, text] as const))('%s', (_, text) => {
  const { source } = read(text);
  const whole = { offset: 0, length: text.length };

  test('every number of θ is found where it stands, and nothing else', () => {
    for (const { parameter, offset, length } of source.parametersIn(whole, 1000)) {
      expect(source.parameterRange(parameter)).toEqual({ offset, length });
      const alone = [...source.parametersIn({ offset, length }, 1000)].map((one) => one.parameter);
      expect(alone).toContainEqual(parameter);
      expect(alone.length).toBeLessThanOrEqual(2);
    }
    expect([...source.parametersIn(whole, 0)]).toEqual([]);
  });

  test('a claim for any parameter is read back as it was written, and changes no other', () => {
    for (const { parameter } of source.parametersIn(whole, 1000)) {
      const edit = claimEdit(text, source, parameter, '1.25e-3');
      expect(edit).toBeDefined();
      if (!edit) continue;
      const edited = text.slice(0, edit.offset) + edit.text + text.slice(edit.offset + edit.length);
      const { claims, problems } = read(edited);
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      const before = read(text).claims;
      const own = claims.filter((claim) => JSON.stringify(claim.parameter) === JSON.stringify(parameter));
      expect(own.map(({ text: written }) => written)).toEqual(['1.25e-3']);
      const replaces = before.some((claim) => JSON.stringify(claim.parameter) === JSON.stringify(parameter));
      expect(claims.length).toBe(before.length + (replaces ? 0 : 1));
    }
  });
});

test('the fixtures are there', () => {
  expect(texts.length).toBeGreaterThan(5);
});
