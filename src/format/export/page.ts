/** A network file as a page that stands alone: the program is a template that the build makes, the file is data in it. */

import { printable, printableJson } from '../../core/printable';
import { parseNetworkFile } from '..';
import type { ReadBytes } from '../besideText';

/** Where the template takes the page's title and the file. */
const TITLE = '<!--title-->';
const NETWORK = '<!--network-->';

/** What the page shows. */
export interface PageNetwork {
  /** Of the file, with its ending. */
  readonly fileName: string;
  readonly text: string;
  /** The files that the text names, by the names that it gives them; in base64. */
  readonly files: Readonly<Record<string, string>>;
}

/** A file's text with all that it names, each read by `readBytes`. */
export async function pageNetwork(fileName: string, text: string, readBytes: ReadBytes): Promise<PageNetwork> {
  const files: Record<string, string> = {};
  for (const path of filesBeside(text)) files[path] = base64(await readBytes(path));
  return { fileName, text, files };
}

function filesBeside(text: string): ReadonlySet<string> {
  const { csv, arrays, tensors = [] } = parseNetworkFile(text, { fileName: '' });
  const places = [csv, arrays?.inputs, arrays?.targets, arrays?.weights, ...tensors];
  return new Set(places.flatMap((place) => (place ? [place.path] : [])));
}

/** Characters that are made at once: a call has room for so many arguments. */
const PIECE = 2 ** 14;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(text);
}

/** The whole page. Throws an Error where the template is not the build's. */
export function pageOf(template: string, title: string, network: PageNetwork): string {
  for (const mark of [TITLE, NETWORK]) {
    if (template.split(mark).length !== 2) throw new Error('the page’s template is broken');
  }
  const [head = '', middle = '', end = ''] = template.split(new RegExp(`${TITLE}|${NETWORK}`));
  return head + escapeHtml(title) + middle + scriptData(network) + end;
}

/** JSON that no HTML parser takes for markup: it stands in a script element of a type that is never run. */
function scriptData(value: unknown): string {
  return printableJson(JSON.stringify(value)).replace(
    /[<>&]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function escapeHtml(text: string): string {
  return printable(text).replace(/[<>&"']/g, (char) => `&#${String(char.charCodeAt(0))};`);
}
