/** Damaged model files: what a file from the internet, or a broken download, may look like. */

import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ImportError, readModel } from '../../../src/format/import';

const models = fileURLToPath(new URL('../../fixtures/models/', import.meta.url));

export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The model files by the ending of their names; of each ending those that are not too large to mutate quickly. */
export function seeds(): Map<string, Seed[]> {
  const byEnding = new Map<string, Seed[]>();
  for (const entry of readdirSync(models, { recursive: true }) as string[]) {
    const name = entry.replaceAll('\\', '/');
    const ending = /\.(safetensors|pt|npz|onnx|keras|h5|net|json)$/.exec(name)?.[1];
    if (ending === undefined || /\.(expected|nn)\.json$/.test(name) || statSync(join(models, name)).size > 60_000)
      continue;
    const list = byEnding.get(ending) ?? [];
    list.push({ name, bytes: new Uint8Array(readFileSync(join(models, name))) });
    byEnding.set(ending, list);
  }
  return byEnding;
}

/** The file with some of its bytes changed, cut, doubled or overwritten by lengths that lie. `random` is in [0, 1). */
export function mutated(bytes: Uint8Array, random: () => number): Uint8Array {
  const below = (n: number): number => Math.floor(random() * n);
  let result = Uint8Array.from(bytes);
  for (let left = 1 + below(4); left > 0; left--) {
    const at = below(result.length);
    const kind = below(8);
    if (kind < 3) result[at] = below(256);
    else if (kind === 3) result[at] = (result[at] ?? 0) ^ (1 << below(8));
    else if (kind === 4) result.fill(below(2) * 255, at, at + 1 + below(8));
    else if (kind === 5) result = result.slice(0, Math.max(1, at));
    else if (kind === 6) {
      const end = Math.min(result.length, at + 1 + below(64));
      result = Uint8Array.from([...result.subarray(0, end), ...result.subarray(at)]);
    } else {
      // A digit of a text, where lengths and shapes stand in decimal.
      const digit = result.findIndex((byte, index) => index >= at && byte >= 0x30 && byte <= 0x39);
      if (digit >= 0) result[digit] = 0x30 + below(10);
    }
  }
  return result;
}

/**
 * Imports the bytes. Gives the message where they are refused; undefined where they are read. Throws what is neither: an
 * error of another kind, of more than one line, or numbers in a model that are not finite.
 */
export function imported({ name }: Seed, bytes: Uint8Array): string | undefined {
  try {
    const model = readModel(basename(name), bytes, {
      readBeside: (path) => {
        if (path.includes('/') || path.includes('..')) throw new ImportError('unreadable', 'outside');
        try {
          return new Uint8Array(readFileSync(join(models, dirname(name), path)));
        } catch {
          throw new ImportError('unreadable', 'no such file');
        }
      },
    });
    for (const { units, inputs, weights, biases } of model.layers) {
      if (weights.length !== units * inputs || (biases && biases.length !== units)) throw new Error('sizes do not fit');
      if (![...weights, ...(biases ?? [])].every(Number.isFinite)) throw new Error('a parameter is not finite');
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    if (/[\r\n]/.test(error.message) || error.message === '') throw new Error(`not one line: ${error.message}`);
    return error.message;
  }
}
