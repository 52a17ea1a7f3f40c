/** Files opened for reading, such that what was checked is what is read. */

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { CHUNK, decoded, type CsvText } from '../format';
import { reasonOf } from './reason';

export interface OpenFile {
  readonly descriptor: number;
  /** In bytes. */
  readonly size: number;
}

/**
 * Opens a regular file for reading, through links. Throws where there is none: a pipe without a writer would block, and a
 * device has no end. To be closed by whoever asked for it.
 */
export function openRegular(path: string): OpenFile {
  // Windows has no O_NONBLOCK, and no pipes among its files.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  return closingOnError(descriptor, () => {
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) throw new Error('it is a folder');
    if (!stat.isFile()) throw new Error('it is not a regular file');
    return { descriptor, size: stat.size };
  });
}

/** How messages call a file, and the folder that it must be in. */
export interface FileWords {
  readonly name: string;
  readonly rootName: string;
}

/**
 * Opens a regular file that must be within `root` once all links are followed: the file that is open is compared with the one at
 * the place that was found to be inside, so that nothing outside is read even where links change meanwhile. Throws an Error for
 * people. To be closed by whoever asked for it.
 */
export function openInside(root: string, path: string, { name, rootName }: FileWords): OpenFile {
  const outside = new Error(`“${name}” is outside ${rootName}`);
  if (!contains(resolve(root), resolve(path))) throw outside;
  try {
    const file = openRegular(path);
    return closingOnError(file.descriptor, () => {
      if (!isOpenedInside(realpathSync(root), path, file.descriptor)) throw outside;
      return file;
    });
  } catch (error) {
    throw error === outside ? outside : unreadable(name, error);
  }
}

/** The text of the CSV file that `openInside` opens; its bytes are read as the chunks are asked for. */
export function openCsv(root: string, path: string, words: FileWords): CsvText {
  const { descriptor, size } = openInside(root, path, words);
  return { length: size, chunks: decoded(chunksOf(descriptor, words.name)) };
}

/** The bytes of the file that `openInside` opens. Throws where they are more than `most`, before they are read. */
export function readInside(root: string, path: string, words: FileWords, most = Infinity): Uint8Array {
  const { descriptor, size } = openInside(root, path, words);
  try {
    if (size > most) throw new Error(`it has more than ${String(most)} bytes`);
    return readFileSync(descriptor);
  } catch (error) {
    throw unreadable(words.name, error);
  } finally {
    closeSync(descriptor);
  }
}

function unreadable(name: string, error: unknown): Error {
  return new Error(`“${name}” cannot be read: ${reasonOf(error)}`);
}

/** True where the open file is the one that `path` leads to, and that one is in the folder `root`, itself no link. */
function isOpenedInside(root: string, path: string, descriptor: number): boolean {
  const real = realpathSync(path);
  if (!contains(root, real)) return false;
  const opened = fstatSync(descriptor, { bigint: true });
  const found = lstatSync(real, { bigint: true });
  if (!found.isFile() || found.dev !== opened.dev || found.ino !== opened.ino) return false;
  const place = placeOf(descriptor);
  return place === undefined || contains(root, place);
}

/** Where Linux says that the open file lies, which no swap of folders can change between two looks; undefined elsewhere. */
function placeOf(descriptor: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${String(descriptor)}`);
  } catch {
    return undefined;
  }
}

/** True where both names lead to one file that is there. */
export function sameFile(a: string, b: string): boolean {
  const [first, second] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return first !== undefined && second !== undefined && first.ino === second.ino && first.dev === second.dev;
}

/** True where `path` is `folder` or in it, by their names. */
export function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Reads a file to its end, and closes it. The bytes hold until the next are asked for. */
function* chunksOf(descriptor: number, name: string): Generator<Uint8Array, void> {
  const bytes = new Uint8Array(CHUNK);
  try {
    for (let read = readSync(descriptor, bytes); read > 0; read = readSync(descriptor, bytes)) {
      yield bytes.subarray(0, read);
    }
  } catch (error) {
    throw unreadable(name, error);
  } finally {
    closeSync(descriptor);
  }
}

function closingOnError<T>(descriptor: number, act: () => T): T {
  try {
    return act();
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}
