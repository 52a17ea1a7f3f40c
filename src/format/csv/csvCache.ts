/** The data read last from a CSV file, so that an edit of the network's text does not read 60,000 rows again. */

import type { Dataset } from '../../core/network';
import type { ArrayRequest } from '../network/beside';
import type { CsvRequest } from './index';
import type { DataOptions } from './dataset';

export class CsvCache {
  private last: { readonly key: string; readonly data: Dataset } | undefined;

  /** `versionOf` names the content of the file at a path: another content, another name. It may throw where `readCsv` would. */
  constructor(private readonly versionOf: (relativePath: string) => Promise<string>) {}

  /** What `read` gives, or gave for the same columns, split and options of the same content. Only sound data is kept. */
  async data(
    request: CsvRequest | ArrayRequest,
    { standardize, validation, weighting }: DataOptions,
    seed: number,
    read: () => Promise<Dataset | undefined>,
  ): Promise<Dataset | undefined> {
    const versions = await Promise.all(pathsOf(request).map((path) => this.versionOf(path))).catch(() => undefined);
    if (versions === undefined) return read();
    // The seed draws the split alone. Where the text names the file is no matter.
    const options = [standardize, validation, validation > 0 && seed, weighting];
    const key = JSON.stringify([versions, request, ...options], withoutPlaces);
    if (this.last?.key === key) return this.last.data;
    this.last = undefined;
    const data = await read();
    if (data) this.last = { key, data };
    return data;
  }
}

function pathsOf(request: CsvRequest | ArrayRequest): string[] {
  if ('path' in request) return [request.path];
  return [request.inputs.path, request.targets.path, ...(request.weights ? [request.weights.path] : [])];
}

function withoutPlaces(key: string, value: unknown): unknown {
  return key === 'span' || key === 'listed' ? undefined : value;
}
