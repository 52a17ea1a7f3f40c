import {
  CsvCache,
  loadNetworkFile,
  tensorFiles,
  type CsvText,
  type NetworkFile,
  type Problem,
  type TensorFile,
} from '../format';
import { runInPieces } from '../core/check/steps';
import type { Model } from './compute';
import type { OpenText } from './editor';
import { Emitter, type Disposable } from './emitter';
import { sameModel } from './models';
import { baseName } from './names';
import { slices } from './slices';
import type { RunState } from './training';
import { wholeText } from './wholeText';

/** The text as it stood at `version`, read. */
export interface ReadText {
  readonly version: number;
  readonly text: string;
  /** The CSV file that the text names, relative to the text's own folder; there even if it could not be read. */
  readonly csvPath: string | undefined;
  readonly file: NetworkFile;
}

/** The text that a model was read from, and where its numbers are in it. */
export type WrittenModel = Pick<ReadText, 'text'> & Pick<NetworkFile, 'source'>;

/** The CSV files that a network file may read. Both throw an Error whose message is ready for the Problems view. */
export interface CsvFiles {
  read(relativePath: string): Promise<CsvText>;
  /** The bytes of another file that it names: arrays and tensors. */
  bytes(relativePath: string): Promise<Uint8Array>;
  /** Writes such a file, whole or not at all. */
  write(relativePath: string, bytes: Uint8Array): Promise<void>;
  /** Names the file's present content. */
  version(relativePath: string): Promise<string>;
}

/** What an open network file says: each version of its text, with the CSV file that it names, is read once. */
export class NetworkText implements Disposable {
  private readonly wasRead = new Emitter<ReadText>();
  private readonly modelChanged = new Emitter<Model>();
  private readonly csvCache = new CsvCache((path) => {
    this.namedCsv = path;
    return this.csv.version(path);
  });
  private readonly written = new WeakMap<Model, WrittenModel>();
  private namedCsv: string | undefined;
  private readonly beside = new Set<string>();
  private reading: Promise<void> | undefined;
  private reloads = 0;
  private revision = 0;
  private disposed = false;

  /** A version was read; problems and positions are those of this version. */
  readonly onDidRead = this.wasRead.event;
  /** The text says another network, or other data; heard before the reading is. */
  readonly onDidChangeModel = this.modelChanged.event;
  /** What was read last. */
  read: ReadText | undefined;
  /** The last network that the text held without an error. */
  model: Model | undefined;

  constructor(
    private readonly document: OpenText,
    private readonly csv: CsvFiles,
  ) {}

  /** The CSV file that the text names, also while it is still being read; undefined where it names none. */
  get csvPath(): string | undefined {
    return this.namedCsv ?? this.read?.csvPath;
  }

  /** The files of arrays and tensors that the text names, as far as they were asked for. */
  get besidePaths(): ReadonlySet<string> {
    return this.beside;
  }

  /** What is wrong with the text as it was last read. */
  get problems(): readonly Problem[] {
    return this.read?.file.problems ?? [];
  }

  /** The text's own network with the text's own weights. */
  get own(): RunState | undefined {
    return this.model && { model: this.model, theta: this.model.network.theta, epoch: 0 };
  }

  /** The version of the text that is still to be read, if any. */
  get unread(): number | undefined {
    return this.read?.version === this.document.version ? undefined : this.document.version;
  }

  /** What the text says at its present version, or undefined once this is disposed. */
  async current(): Promise<ReadText | undefined> {
    while (!this.disposed && this.read?.version !== this.document.version) {
      this.reading ??= this.readText().finally(() => (this.reading = undefined));
      await this.reading;
    }
    return this.disposed ? undefined : this.read;
  }

  /** Reads the text again although it did not change: its CSV did. */
  async reload(): Promise<void> {
    this.reloads++;
    this.read = undefined;
    await this.current();
  }

  /** The network that another text says: the present one where it says the same. Undefined where it has an error. */
  async modelOf(text: string): Promise<Model | undefined> {
    const { network, data, source } = await loadNetworkFile(text, {
      fileName: baseName(this.document.uri),
      readCsv: (path) => this.csv.read(path),
      readBytes: (path) => this.csv.bytes(path),
      yieldNow: slices(),
    });
    if (!network) return undefined;
    const present = this.model;
    if (present && (await runInPieces(sameModel(present, { network, data }), slices()))) return present;
    const model = { revision: ++this.revision, network, data };
    this.written.set(model, { text, source });
    return model;
  }

  /**
   * Writes parameters that stand in files beside the text, and what these held before to a backup beside each: the answer is
   * what they held. Throws an Error for people where one cannot be written; all are then as they were.
   */
  async writeTensors(source: NetworkFile['source'], theta: Float64Array): Promise<readonly TensorFile[]> {
    const files = await tensorFiles(source, theta, (path) => this.csv.bytes(path));
    const before: TensorFile[] = [];
    try {
      for (const { path, bytes } of files) {
        const old = await this.csv.bytes(path);
        await this.csv.write(backupOf(path), old);
        await this.csv.write(path, bytes);
        before.push({ path, bytes: old });
      }
    } catch (error) {
      await this.restoreTensors(before);
      throw error;
    }
    if (files.length > 0) await this.reload();
    return before;
  }

  /** Puts files of tensors back to what they held. Throws an Error for people where one cannot be written. */
  async restoreTensors(before: readonly TensorFile[]): Promise<void> {
    for (const { path, bytes } of before) await this.csv.write(path, bytes);
    if (before.length > 0) await this.reload();
  }

  /** The text that a model was read from. */
  writtenAs(model: Model): WrittenModel | undefined {
    return this.written.get(model);
  }

  dispose(): void {
    this.disposed = true;
    this.wasRead.dispose();
    this.modelChanged.dispose();
  }

  /** Reads the text as it stands, unless it changes meanwhile: then what has been read of it is dropped, and the rest not read. */
  private async readText(): Promise<void> {
    const { version } = this.document;
    const { reloads } = this;
    // What was read may be half of a CSV that was still being written.
    const isOutdated = (): boolean => this.disposed || this.document.version !== version || this.reloads !== reloads;
    const nextSlice = slices();
    const yieldNow = (): Promise<void> | undefined =>
      nextSlice()?.then(() => {
        if (isOutdated()) throw new Outdated();
      });
    try {
      await this.readVersion(version, yieldNow, isOutdated);
    } catch (error) {
      if (!(error instanceof Outdated)) throw error;
    }
  }

  private async readVersion(
    version: number,
    yieldNow: () => Promise<void> | undefined,
    isOutdated: () => boolean,
  ): Promise<void> {
    const text = await runInPieces(wholeText(this.document), yieldNow);
    this.namedCsv = undefined;
    this.beside.clear();
    const file = await loadNetworkFile(text, {
      fileName: baseName(this.document.uri),
      readCsv: (path) => this.csv.read(path),
      readBytes: (path) => {
        this.beside.add(path);
        return this.csv.bytes(path);
      },
      cache: this.csvCache,
      yieldNow,
    });
    const { network, data, source } = file;
    const isKnown = !network || (this.model && (await runInPieces(sameModel(this.model, { network, data }), yieldNow)));
    if (isOutdated()) return;
    this.read = { version, text, csvPath: this.namedCsv, file };
    if (!isKnown) {
      this.model = { revision: ++this.revision, network, data };
      this.written.set(this.model, { text, source });
      this.modelChanged.fire(this.model);
    }
    this.wasRead.fire(this.read);
  }
}

/** The text has changed since its reading began: nobody wants to know what it was. */
class Outdated extends Error {}

/** Where a file of tensors is kept as it was before it was written last. */
export function backupOf(path: string): string {
  return `${path}.bak`;
}
