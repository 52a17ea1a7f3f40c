import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPrintable, jsonString, printable } from '../../src/core/printable';

/** Any string of UTF-16 code units, rich in those that must not be printed. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0, max: 0x9f }),
      fc.constantFrom(0x2028, 0x2029, 0x061c, 0x200e, 0x202e, 0x2066, 0x2069, 0xd800, 0xdfff),
    ),
  )
  .map((units) => String.fromCharCode(...units));
const unprintable = /[\0-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

it('leaves no control, separator, bidirectional control or lone surrogate, and changes nothing else', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const shown = printable(text);
      expect(shown).not.toMatch(unprintable);
      expect(shown).not.toMatch(/\p{Cs}/u);
      expect(shown.length).toBe(text.length);
      expect(isPrintable(shown)).toBe(true);
      if (isPrintable(text)) expect(shown).toBe(text);
    }),
  );
  expect(printable('θ₁ 𝛿 größe 日本 👩‍💻')).toBe('θ₁ 𝛿 größe 日本 👩‍💻');
  expect(printable('\x1b[2Ja\r\nb')).toBe('\ufffd[2Ja  b');
});

it('escapes them in JSON, which reads back the same', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const json = jsonString(text);
      expect(json).not.toMatch(unprintable);
      expect(JSON.parse(json)).toBe(text);
    }),
  );
});
