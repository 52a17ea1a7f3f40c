/** A page's data: whatever a file holds, it is data in the page, and reads back as it was; likewise what a link holds. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linkOf, LONGEST_LINK, textOfLink } from '../../src/page/link';
import { pageNetwork, pageOf } from '../../src/format/export/page';

const TEMPLATE = '<title><!--title--></title><script id="network"><!--network--></script><script>run()</script>';
const noFiles = (path: string): Promise<never> => Promise.reject(new Error(path));

/** Pieces that an HTML parser, a JavaScript parser or String.replace could take for more than text. */
const hostile = fc.constantFrom(
  ...['</script>', '<script>', '<!--', '-->', ']]>', '\u2028', '\u2029', '&lt;', '$&', '$1', '\0', '\ud800', '\u202e'],
  ...['<!--network-->', '<!--title-->', '"', '\\', '\\u003c', "'", '</title>', '\ufeff'],
);
const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: hostile }, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 12 })
  .map((pieces) => pieces.join(''));

test('no text ends the element that holds it, and every text reads back', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, async (content, title) => {
      const page = pageOf(TEMPLATE, title, await pageNetwork('a.nn.json', content, noFiles));
      const parts = /^<title>([^<>]*)<\/title><script id="network">([^<>&]*)<\/script><script>run\(\)<\/script>$/.exec(
        page,
      );
      expect(parts).not.toBeNull();
      expect(JSON.parse(parts?.[2] ?? '')).toEqual({ fileName: 'a.nn.json', text: content, files: {} });
      // Neither a line break of JavaScript's nor what could reorder the page stands in it.
      expect(parts?.[2]).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
    }),
    { numRuns: 1000 },
  );
});

test('the files that a network reads come along, byte by byte', async () => {
  const network = { layers: [{ units: 1 }, { units: 1 }], data: { file: 'a b.csv', inputs: ['x'], targets: ['y'] } };
  const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at % 256);
  const { files } = await pageNetwork('a.nn.json', JSON.stringify(network), (path) => {
    expect(path).toBe('a b.csv');
    return Promise.resolve(bytes);
  });
  expect(new Uint8Array(Buffer.from(files['a b.csv'] ?? '', 'base64'))).toEqual(bytes);
});

test('a template that is not the build’s is refused', async () => {
  const network = await pageNetwork('a.nn.json', '{}', noFiles);
  expect(() => pageOf('<title></title>', '', network)).toThrow('template');
});

test('a link gives its text back, and is safe in an address', () => {
  fc.assert(
    fc.property(text, (content) => {
      // What is no Unicode cannot be written as UTF-8.
      const sound = content.replace(/\p{Cs}/gu, '');
      const link = linkOf(sound) ?? '';
      expect(link).toMatch(/^#z\.[\w-]+$/);
      expect(textOfLink(link)).toBe(sound);
    }),
  );
});

test('links that are too long, too large or damaged are refused', () => {
  expect(textOfLink('')).toBeUndefined();
  expect(textOfLink('#')).toBeUndefined();
  const random = fc.sample(fc.string({ unit: 'binary', minLength: 20_000, maxLength: 20_000 }), 1)[0] ?? '';
  expect(linkOf(random)).toBeUndefined();
  expect(() => textOfLink(`#${'A'.repeat(LONGEST_LINK)}A`)).toThrow('longer than');
  const bomb = linkOf('0'.repeat(3_000_000)) ?? '';
  expect(bomb.length).toBeLessThan(LONGEST_LINK);
  expect(() => textOfLink(bomb)).toThrow('more than 1048576 bytes');
  const whole = linkOf('{"layers": []}') ?? '';
  expect(() => textOfLink(whole.slice(0, -4))).toThrow('damaged');
  for (const hash of ['#%', '#%7B%', '#z.AAAA', '#z.!', '#_____', '#{"a"%FF'])
    expect(() => textOfLink(hash)).toThrow('damaged');
});
