/** The network files of test/fixtures/files, and a printed form of their problems. */

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { csvText, loadNetworkFile } from '../../src/format';
import type { CsvText, NetworkFile, Problem, TextEdit } from '../../src/format';

export const FIXTURES = join(import.meta.dirname, '../fixtures/files');
export const EXAMPLES = join(import.meta.dirname, '../../media/examples');
export const GOLDENS = join(import.meta.dirname, '../fixtures/goldens');

export interface NetworkText {
  readonly name: string;
  readonly folder: string;
  readonly text: string;
}

export function networkTexts(folder: string): NetworkText[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.nn.json'));
  return names.map((name) => ({ name, folder, text: readFileSync(join(folder, name), 'utf8') }));
}

/** Loads with CSVs from the file's own folder, as the command line does. */
export function load({ name, folder, text }: NetworkText): Promise<NetworkFile> {
  return loadNetworkFile(text, { fileName: name, readCsv: (path) => readBeside(folder, path) });
}

async function readBeside(folder: string, path: string): Promise<CsvText> {
  if (path.startsWith('..')) throw new Error(`${path} is outside the workspace folder`);
  try {
    return await Promise.resolve(csvText(readFileSync(join(folder, path), 'utf8')));
  } catch {
    throw new Error(`${path} does not exist`);
  }
}

/** One line a problem: `3:14 "text" error code: message (fix: title)`. */
export function print(text: string, problems: readonly Problem[]): string {
  const lines = problems.map(({ offset, length, severity, code, message, fix }) => {
    const before = text.slice(0, offset).split('\n');
    const place = `${String(before.length)}:${String((before.at(-1)?.length ?? 0) + 1)}`;
    const marked = text.slice(offset, offset + length);
    const shown = marked.length > 60 ? `${marked.slice(0, 40)} … ${marked.slice(-10)}` : marked;
    return `${place} ${JSON.stringify(shown)} ${severity} ${code}: ${message}${fix ? ` (fix: ${fix.title})` : ''}\n`;
  });
  return lines.join('');
}

/** The text after edits that do not overlap; those at one place stand in their own order. */
export function apply(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.offset - b.offset)) {
    if (edit.offset < at) throw new Error('edits overlap');
    result += text.slice(at, edit.offset) + edit.text;
    at = edit.offset + edit.length;
  }
  return result + text.slice(at);
}
