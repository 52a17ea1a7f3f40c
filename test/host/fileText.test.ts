import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdownText, messageText } from '../../src/host/language/fileText';

const word = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'https://evil.example',
    'www.evil.example',
    'a@b.example',
    '<b>',
    '[x](command:y)',
    '`',
    '&lt;',
    '$(x)',
  ),
);
const anyText = fc.array(word).map((words) => words.join(''));

describe('a name in a hover', () => {
  it('is text to Markdown: no punctuation stands bare, and without the backslashes it is the name', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const markdown = markdownText(text);
        expect(markdown).toMatch(/^(\\[!-/:-@[-`{-~]|[^!-/:-@[-`{-~])*$/);
        const shown = markdown.replace(/\\(.)/gu, '$1');
        expect(shown.length).toBe(text.length);
        expect(markdown).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
      }),
    );
    expect(markdownText('θ₁')).toBe('θ₁');
    expect(markdownText('see https://a.b')).toBe('see https\\:\\/\\/a\\.b');
  });
});

describe('a message', () => {
  it('has no link and no line break from a file, whatever a name says', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(messageText(text)).not.toMatch(/\]\(|\n/);
      }),
    );
    expect(messageText('Training [x](command:y)')).toBe('Training [x] (command:y)');
  });
});
