/**
 * Network files and the CSV files beside them, read from the file system or from standard input. Nothing else is to be done
 * meanwhile, and starting to read asynchronously takes some milliseconds.
 */

import { closeSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Network, Samples } from '../core/network';
import { openCsv, openInside, openRegular, readInside } from '../disk/open';
import { reasonOf } from '../disk/reason';
import { loadNetworkFile, LARGEST_TEXT, type CsvText, type NetworkFile, type Problem, TOO_LARGE } from '../format';
import { placesIn } from '../format/places';
import { FileError } from './command';
import { complain } from './streams';

export interface Input {
  /** As the command line names it. */
  readonly file: string;
  readonly text: string;
  readonly content: NetworkFile & { readonly network: Network };
}

/** What was read, with every problem as a line for standard error; `input` is undefined where one of them is an error. */
export interface ReadInput {
  readonly input?: Input;
  readonly lines: readonly string[];
}

/** A file with every problem; `content` is undefined where one of them is an error. */
export interface WithProblems {
  readonly text: string;
  readonly content: Input['content'] | undefined;
  readonly problems: readonly PlacedProblem[];
}

/** Line and column from 1. */
export interface PlacedProblem extends Pick<Problem, 'severity' | 'message'> {
  readonly code: string;
  readonly line: number;
  readonly column: number;
}

/** Reads `file`, `-` being standard input. CSV files may lie in `root`, by default the file's own folder. */
export async function readWithProblems(file: string, root: string | undefined): Promise<WithProblems> {
  let text: string;
  try {
    text = file === '-' ? decode(await standardInput()) : readText(file);
  } catch (error) {
    const code = error instanceof RangeError ? 'text-too-large' : 'unreadable';
    const problem = { severity: 'error', code, message: reasonOf(error), line: 1, column: 1 } as const;
    return { text: '', content: undefined, problems: [problem] };
  }
  const content = await parse(file, text, ...rootOf(file, root));
  const { network } = content;
  return { text, content: network && { ...content, network }, problems: placed(text, content.problems) };
}

/** The same, with the problems as lines for standard error. */
export async function read(file: string, root: string | undefined): Promise<ReadInput> {
  const { text, content, problems } = await readWithProblems(file, root);
  const lines = problems.map(({ line, column, severity, code, message }) => {
    return `${file}:${String(line)}:${String(column)}: ${severity} ${code}: ${message}`;
  });
  return content ? { input: { file, text, content }, lines } : { lines };
}

/** A network file in the folder `root`, once all links are followed, and what it names there. Throws an Error for people. */
export async function readWithin(root: string, file: string): Promise<{ text: string; content: NetworkFile }> {
  const path = resolve(root, file);
  const rootName = `the root “${root}”`;
  const { descriptor, size } = openInside(root, path, { name: file, rootName });
  const text = decode(readOpen(descriptor, size));
  return { text, content: await parse(file, text, dirname(path), { root, rootName }) };
}

interface Root {
  /** The folder of the network file where it is left out. */
  readonly root: string | undefined;
  readonly rootName: string;
}

function parse(file: string, text: string, folder: string, { root, rootName }: Root): Promise<NetworkFile> {
  const readCsv = (name: string): Promise<CsvText> =>
    Promise.resolve().then(() => openCsv(root ?? folder, placeIn(folder, name), { name, rootName }));
  return loadNetworkFile(text, { fileName: file, readCsv, readBytes: bytesBeside(folder, { root, rootName }) });
}

function placeIn(folder: string, name: string): string {
  return resolve(folder, name.replaceAll('\\', '/'));
}

function bytesBeside(folder: string, { root, rootName }: Root): (name: string) => Promise<Uint8Array> {
  return (name) => Promise.resolve().then(() => readInside(root ?? folder, placeIn(folder, name), { name, rootName }));
}

/** Reads the bytes of the files that a network file names, under the rule for its CSV. Rejects with an Error for people. */
export function besideReader(file: string, root: string | undefined): (name: string) => Promise<Uint8Array> {
  return bytesBeside(...rootOf(file, root));
}

function rootOf(file: string, root: string | undefined): [folder: string, root: Root] {
  return [file === '-' ? '.' : dirname(file), { root, rootName: root ?? 'the folder of the network file' }];
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

function placed(text: string, problems: readonly Problem[]): PlacedProblem[] {
  const at = placesIn(text);
  return problems.map(({ offset, severity, code, message }) => ({ severity, code, message, ...at(offset) }));
}

/** The text of a file. Throws an Error with the reason where it cannot be read, or is no text. */
export function readText(file: string): string {
  return decode(readBytes(file));
}

/** Bytes that are no UTF-8 are refused, not replaced: what is written back must be what was read. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error('it is not UTF-8 text');
  }
}

/** Throws a RangeError where there are too many bytes, before they are read. */
function readBytes(file: string): Uint8Array {
  const { descriptor, size } = openRegular(file);
  return readOpen(descriptor, size);
}

function readOpen(descriptor: number, size: number): Uint8Array {
  try {
    if (size > LARGEST_TEXT) throw new RangeError(TOO_LARGE);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Throws a RangeError as soon as there are too many bytes. */
async function standardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_TEXT) throw new RangeError(TOO_LARGE);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
