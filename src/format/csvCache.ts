/** The rows of the CSV file read last, so that an edit of the network's text does not read 60,000 rows again. */

import type { CsvRequest } from './csv';
import type { Rows } from './dataset';

export class CsvCache {
  private last: { readonly key: string; readonly rows: Rows } | undefined;

  /** `versionOf` names the content of the file at a path: another content, another name. It may throw where `readCsv` would. */
  constructor(private readonly versionOf: (relativePath: string) => Promise<string>) {}

  /** What `read` gives, or gave for the same columns of the same content. Only sound rows are kept. */
  async rows(request: CsvRequest, read: () => Promise<Rows | undefined>): Promise<Rows | undefined> {
    const version = await this.versionOf(request.path).catch(() => undefined);
    if (version === undefined) return read();
    const { path, inputs, targets, oneHot, outputs, loss } = request;
    const names = (columns: CsvRequest['inputs']): unknown[] => columns.map(({ name }) => name);
    const key = JSON.stringify([version, path, names(inputs), names(targets), oneHot, outputs, loss]);
    if (this.last?.key === key) return this.last.rows;
    this.last = undefined;
    const rows = await read();
    if (rows) this.last = { key, rows };
    return rows;
  }
}
