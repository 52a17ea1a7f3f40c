/**
 * Network files and the CSV files beside them, read from the file system or from standard input. Nothing else is to be done
 * meanwhile, and starting to read asynchronously takes some milliseconds.
 */

import { closeSync, fstatSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { Network, Samples } from '../core/network';
import { CHUNK, decoded, loadNetworkFile, type CsvText, type NetworkFile, type Problem } from '../format';
import { FileError } from './command';
import { complain } from './streams';

export interface Input {
  /** As the command line names it. */
  readonly file: string;
  readonly text: string;
  readonly content: NetworkFile & { readonly network: Network };
}

/** What was read, with every problem as a line for standard error; `input` is undefined where one of them is an error. */
export interface Reading {
  readonly input?: Input;
  readonly lines: readonly string[];
}

/** Reads `file`, `-` being standard input. CSV files may lie in `root`, by default the file's own folder. */
export async function read(file: string, root: string | undefined): Promise<Reading> {
  let text: string;
  try {
    text = await readText(file);
  } catch (error) {
    return { lines: [`${file}:1:1: error unreadable: ${reasonOf(error)}`] };
  }
  const folder = file === '-' ? '.' : dirname(file);
  const readCsv = (path: string): Promise<CsvText> =>
    Promise.resolve().then(() => readInside(root ?? folder, folder, path));
  const content = await loadNetworkFile(text, { fileName: file, readCsv });
  const lines = problemLines(file, text, content.problems);
  const { network } = content;
  return network ? { input: { file, text, content: { ...content, network } }, lines } : { lines };
}

/** Reads `file` and writes its warnings to standard error. Throws a `FileError` where it has errors. */
export async function load(file: string, root: string | undefined): Promise<Input> {
  const { input, lines } = await read(file, root);
  if (!input) throw new FileError(lines);
  complain(lines);
  return input;
}

/** The samples that J is taken over. Throws a `FileError` where the file has none. */
export function trainingSamples({ file, content }: Input): Samples {
  if (content.data) return content.data.training;
  throw new FileError([`${file}:1:1: error no-data: the file has no “data”, so it has no J and no gradients`]);
}

/** `FILE:LINE:COL: error CODE: message` of every problem, line and column from 1. */
function problemLines(file: string, text: string, problems: readonly Problem[]): string[] {
  // As in an editor, a byte order mark is no column of the first line.
  const starts = [text.startsWith('\ufeff') ? 1 : 0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + end.length);
  let line = 0;
  return problems.map(({ offset, severity, code, message }) => {
    // Problems come in the order of the text, but one may point back to where a name was first given.
    while (line > 0 && (starts[line] ?? 0) > offset) line--;
    while ((starts[line + 1] ?? Infinity) <= offset) line++;
    const column = Math.max(0, offset - (starts[line] ?? 0)) + 1;
    return `${file}:${String(line + 1)}:${String(column)}: ${severity} ${code}: ${message}`;
  });
}

/** Bytes that are no UTF-8 are refused, not replaced: what is written back must be what was read. */
async function readText(file: string): Promise<string> {
  const bytes = file === '-' ? await standardInput() : readFileSync(file);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error('it is not UTF-8 text');
  }
}

async function standardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The text of `path` beside the network file. */
function readInside(root: string, folder: string, path: string): CsvText {
  const { file, size } = openInside(root, folder, path, 'network file');
  return { length: size, chunks: decoded(chunksOf(file, path)) };
}

/** The bytes of a file beside `whose`. Throws an Error with a message for people. */
export function readBytesInside(root: string, folder: string, path: string, whose: string): Uint8Array {
  const { file } = openInside(root, folder, path, whose);
  try {
    return readFileSync(file);
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    closeSync(file);
  }
}

/** Opens `path` beside the file that names it. Links are followed first, so that none leads out of `root`. */
function openInside(
  root: string,
  folder: string,
  path: string,
  whose: string,
): { readonly file: number; readonly size: number } {
  const wanted = resolve(folder, path.replaceAll('\\', '/'));
  const outside = new Error(`“${path}” is outside ${root === folder ? `the folder of the ${whose}` : root}`);
  if (!contains(resolve(root), wanted)) throw outside;
  let inside: boolean;
  try {
    inside = contains(realpathSync(root), realpathSync(wanted));
  } catch (error) {
    throw unreadable(path, error);
  }
  if (!inside) throw outside;
  try {
    if (!statSync(wanted).isFile()) throw new Error('it is no file');
    const file = openSync(wanted, 'r');
    return { file, size: fstatSync(file).size };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Reads a file to its end, and closes it. The bytes hold until the next are asked for. */
function* chunksOf(file: number, path: string): Generator<Uint8Array, void> {
  const bytes = new Uint8Array(CHUNK);
  try {
    for (let read = readSync(file, bytes); read > 0; read = readSync(file, bytes)) yield bytes.subarray(0, read);
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    closeSync(file);
  }
}

function unreadable(path: string, error: unknown): Error {
  return new Error(`“${path}” cannot be read: ${reasonOf(error)}`);
}

export function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return error instanceof Error ? error.message : String(error);
}
