/** Text → network, data, problems and places; parameters → edits of the text. */

import { runInPieces, runToEnd, type Pausing } from '../core/check/steps';
import type { Exercise } from '../core/exercise/exercise';
import type { Dataset, Network } from '../core/network';
import type { PlacedClaim } from './json/annotations';
import { readCsvRows } from './csv';
import type { CsvRequest } from './csv';
import type { CsvCache } from './csv/csvCache';
import type { CsvText } from './csv/csvText';
import { makingDataset } from './csv/dataset';
import type { DataOptions, FileRows } from './csv/dataset';
import { parsingJson } from './json/parser';
import { fillTheta, readArrayRows } from './besideText';
import type { ReadBytes } from './besideText';
import { readNetwork, type ReadNetwork } from './network';
import type { ArrayRequest, TensorPlace } from './network/beside';
import type { ReadValues } from './network/exercise';
import { checkWeights, weighed } from './network/weighting';
import { Problems } from './problems';
import type { Problem } from './problems';
import { retold } from './typos';
import { SourceMap } from './json/source';
import { NumberPool } from './json';

export type { PlacedClaim } from './json/annotations';
export { CsvCache } from './csv/csvCache';
export { CHUNK, csvText, decoded, type CsvText } from './csv/csvText';
export { changeKeys, claimEdit, emptyClaims, writeWeights } from './json/edits';
export { movedTensors, tensorFiles, type TensorFile } from './tensorFiles';
export type { Problem, Span, TextEdit } from './problems';
export { SourceMap } from './json/source';

/** A network file, read. */
export interface NetworkFile {
  /** All of them, in the text's order. */
  readonly problems: readonly Problem[];
  /** Undefined where any problem is an error. */
  readonly network?: Network;
  /** Undefined where the file has none, or an error. */
  readonly data?: Dataset;
  readonly claims: readonly PlacedClaim[];
  /** The answers to what is no ∂J/∂θ, and the places that are still null. */
  readonly values: ReadValues;
  /** What the sheet asks and hides; absent where the file is no exercise. */
  readonly exercise?: Exercise;
  readonly source: SourceMap;
}

/** What the text alone says. Where `csv` is there, the data are still to come from that file. */
export interface ParsedText extends NetworkFile {
  readonly csv?: CsvRequest;
  /** The same of arrays. */
  readonly arrays?: ArrayRequest;
  /** Parts of θ that are still to come from files; there is no network before. */
  readonly tensors?: readonly TensorPlace[];
}

/** `fileName` gives the network its name where the file has none. */
export interface ParseOptions {
  readonly fileName: string;
}

export interface LoadOptions extends ParseOptions {
  /** The text of a CSV file, by its path from the network file. Throws an Error with a message for people, as its chunks may. */
  readonly readCsv: (relativePath: string) => Promise<CsvText>;
  /** The bytes of another file beside it, likewise; without it there is none. */
  readonly readBytes?: ReadBytes;
  /** Keeps the rows of the CSV from one reading of the text to the next. */
  readonly cache?: CsvCache;
  /**
   * Called between the pieces of a large text or CSV; a promise is awaited, to let others on the thread go on. Where that
   * rejects, so does the reading, which is given up.
   */
  readonly yieldNow?: () => Promise<void> | undefined;
}

/** Parses the text of a network file. Never throws, whatever the text. */
export function parseNetworkFile(text: string, options: ParseOptions): ParsedText {
  const { parsed } = runToEnd(parsing(text, options));
  return parsed;
}

/**
 * Parses the text and reads the CSV file that it names. What is wrong with either is among the problems; it rejects only where
 * `yieldNow` does.
 */
export async function loadNetworkFile(
  text: string,
  { fileName, cache, readCsv, readBytes = noFiles, yieldNow = never }: LoadOptions,
): Promise<NetworkFile> {
  const {
    parsed,
    problems,
    options,
    seed,
    network: complete,
  } = await runInPieces(parsing(text, { fileName }), yieldNow);
  const { csv, arrays, tensors, ...file } = parsed;
  if (complete && tensors) await fillTheta(complete.theta, tensors, readBytes, problems);
  const network = complete ?? file.network;
  const { claims, values, exercise, source } = file;
  const read = { claims, values, ...(exercise && { exercise }), source };
  const request = csv ?? arrays;
  let { data } = file;
  // Rows are read to their end even where the text is not wanted any more: the cache keeps them for the next one.
  const goOn = (): Promise<void> | undefined => yieldNow()?.catch(() => undefined);
  if (request) {
    const readRows = async (): Promise<Dataset | undefined> => {
      const rows = csv
        ? await readFile(csv, readCsv, problems, goOn)
        : arrays && (await readArrayRows(arrays, readBytes, problems));
      return rows && runInPieces(datasetOf(rows, options, seed, problems), goOn);
    };
    data = await (cache ? cache.data(request, options, seed, readRows) : readRows());
  }
  if (problems.hasErrors || !network || (request && !data)) return { problems: problems.sorted(), ...read };
  return { problems: problems.sorted(), network, ...(data && { data }), ...read };
}

function never(): undefined {}

function noFiles(path: string): Promise<never> {
  return Promise.reject(new Error(`“${path}” cannot be read: a text alone has no files beside it`));
}

interface Parse {
  readonly parsed: ParsedText;
  /** Where tensors are still to come. */
  readonly network?: Network;
  readonly problems: Problems;
  readonly options: DataOptions;
  readonly seed: number;
}

/** Characters that are counted between two pauses. */
const PIECE = 2 ** 20;

/** Bytes of a network file's text at most. */
export const LARGEST_TEXT = 64 * 2 ** 20;
export const TOO_LARGE = 'the file has more than 64 MiB of text, expected at most that';

function* parsing(text: string, { fileName }: ParseOptions): Pausing<Parse> {
  const problems = new Problems();
  if (yield* exceeds(text, LARGEST_TEXT)) {
    problems.report('text-too-large', { offset: 0, length: 0 }, TOO_LARGE);
    const source = new SourceMap([], new NumberPool(''), undefined, undefined);
    const parsed = { problems: problems.sorted(), claims: [], values: { claims: [], open: [] }, source };
    return { parsed, problems, options: { standardize: false, validation: 0 }, seed: 0 };
  }
  const { network, data, tensors, seed, claims, values, exercise, source, options, dataset } = yield* readText(
    text,
    fileName,
    problems,
  );
  const read = (other: string): readonly Problem[] => {
    const found = new Problems();
    runToEnd(readText(other, fileName, found));
    return found.sorted();
  };
  problems.restate(retold(text, problems.sorted(), read));
  const sound = !problems.hasErrors;
  const parsed = {
    problems: problems.sorted(),
    ...(network && sound && tensors.length === 0 && { network }),
    ...(dataset && { data: dataset }),
    ...(data?.csv && { csv: data.csv }),
    ...(data?.arrays && { arrays: data.arrays }),
    ...(tensors.length > 0 && { tensors }),
    claims,
    values,
    ...(exercise && { exercise }),
    source,
  };
  return { parsed, problems, options, seed, ...(network && tensors.length > 0 && { network }) };
}

/** What the text says, with every problem as it is found. */
function* readText(
  text: string,
  fileName: string,
  problems: Problems,
): Pausing<ReadNetwork & { readonly options: DataOptions; readonly dataset: Dataset | undefined }> {
  const read = yield* readNetwork(text, yield* parsingJson(text, problems), fileName, problems);
  const options = read.data?.options ?? { standardize: false, validation: 0 };
  const rows = read.network && read.data?.rows;
  return { ...read, options, dataset: rows && (yield* datasetOf(rows, options, read.seed, problems)) };
}

/** The rows weighed, split and standardised; undefined after a report. */
function* datasetOf(
  rows: FileRows,
  options: DataOptions,
  seed: number,
  problems: Problems,
): Pausing<Dataset | undefined> {
  const all = weighed(rows, options.weighting, problems);
  const data = all && (yield* makingDataset(all, options, seed));
  if (data && options.weighting) checkWeights(data, options.weighting, problems);
  return problems.hasErrors ? undefined : data;
}

async function readFile(
  csv: CsvRequest,
  readCsv: LoadOptions['readCsv'],
  problems: Problems,
  yieldNow: () => Promise<void> | undefined,
): Promise<FileRows | undefined> {
  try {
    return await readCsvRows(await readCsv(csv.path), csv, problems, yieldNow);
  } catch (error) {
    problems.report('csv-unreadable', csv.span, error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** True where the text takes more than `limit` bytes as UTF-8; counts them only where that is in doubt. */
function* exceeds(text: string, limit: number): Pausing<boolean> {
  if (text.length > limit) return true;
  if (text.length * 3 <= limit) return false;
  let bytes = 0;
  for (let from = 0; from < text.length; from += PIECE) {
    bytes += bytesIn(text, from, Math.min(from + PIECE, text.length));
    yield;
  }
  return bytes > limit;
}

function bytesIn(text: string, from: number, to: number): number {
  let bytes = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    // A surrogate pair takes four bytes, two for each half.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}
