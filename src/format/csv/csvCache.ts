/** The data read last from a CSV file, so that an edit of the network's text does not read 60,000 rows again. */

import type { Dataset } from '../../core/network';
import type { CsvRequest } from './index';
import type { DataOptions } from './dataset';

export class CsvCache {
  private last: { readonly key: string; readonly data: Dataset } | undefined;

  /** `versionOf` names the content of the file at a path: another content, another name. It may throw where `readCsv` would. */
  constructor(private readonly versionOf: (relativePath: string) => Promise<string>) {}

  /** What `read` gives, or gave for the same columns, split and options of the same content. Only sound data is kept. */
  async data(
    { path, inputs, targets, oneHot, outputs, loss }: CsvRequest,
    { standardize, validation }: DataOptions,
    seed: number,
    read: () => Promise<Dataset | undefined>,
  ): Promise<Dataset | undefined> {
    const version = await this.versionOf(path).catch(() => undefined);
    if (version === undefined) return read();
    const names = (columns: CsvRequest['inputs']): unknown[] => columns.map(({ name }) => name);
    const rows = [version, path, names(inputs), names(targets), oneHot, outputs, loss];
    // The seed draws the split alone.
    const key = JSON.stringify([...rows, standardize, validation, validation > 0 && seed]);
    if (this.last?.key === key) return this.last.data;
    this.last = undefined;
    const data = await read();
    if (data) this.last = { key, data };
    return data;
  }
}
