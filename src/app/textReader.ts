import * as vscode from 'vscode';
import { CsvCache, loadNetworkFile, type NetworkFile } from '../format';
import type { CsvFiles } from '../host/platform/csv';
import { baseName } from './names';

/** The text as it stood at `version`, read. */
export interface ReadText {
  readonly version: number;
  readonly text: string;
  /** The CSV file that the text names, relative to the text's own folder; there even if it could not be read. */
  readonly csvPath: string | undefined;
  readonly file: NetworkFile;
}

/** Reads a document's text, with the CSV file that it names, each of its versions once. */
export class TextReader implements vscode.Disposable {
  private readonly wasRead = new vscode.EventEmitter<ReadText>();
  private readonly csvCache = new CsvCache((path) => {
    this.namedCsv = path;
    return this.csv.version(path);
  });
  private namedCsv: string | undefined;
  private reading: Promise<void> | undefined;
  private reloads = 0;
  private disposed = false;

  /** A version was read, and `take` has had it. */
  readonly onDidRead = this.wasRead.event;
  /** What was read last. */
  read: ReadText | undefined;

  /** `take` is called with every version that is read, before anybody else hears of it. */
  constructor(
    private readonly document: vscode.TextDocument,
    private readonly csv: CsvFiles,
    private readonly take: (read: ReadText) => void,
  ) {}

  /** The CSV file that the text names, also while it is still being read. */
  get csvPath(): string | undefined {
    return this.namedCsv ?? this.read?.csvPath;
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

  /** Reads another text as if it were this document's. */
  async readOther(text: string): Promise<NetworkFile> {
    return loadNetworkFile(text, {
      fileName: baseName(this.document.uri),
      readCsv: (path) => this.csv.read(path),
    });
  }

  dispose(): void {
    this.disposed = true;
    this.wasRead.dispose();
  }

  private async readText(): Promise<void> {
    const { version } = this.document;
    const { reloads } = this;
    const text = this.document.getText();
    this.namedCsv = undefined;
    const file = await loadNetworkFile(text, {
      fileName: baseName(this.document.uri),
      readCsv: (path) => this.csv.read(path),
      cache: this.csvCache,
      breathe: () => new Promise((resolve) => setTimeout(resolve)),
    });
    // What was read may be half of a CSV that was still being written.
    if (this.disposed || this.document.version !== version || this.reloads !== reloads) return;
    this.read = { version, text, csvPath: this.namedCsv, file };
    this.take(this.read);
    this.wasRead.fire(this.read);
  }
}
