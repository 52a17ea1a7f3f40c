/** Reads a file of gradients that another program found. */

import { readFileSync } from 'node:fs';
import type { Network } from '../core/network';
import { type GradientFile, type Orientation, readGradients } from '../format/gradients';
import { ImportError } from '../format/import/importError';
import { FileError } from './command';
import { placesIn } from '../format/places';
import { complain } from './streams';

/** Throws a `FileError` where it cannot be read. */
export function readGradientFile(file: string, network: Network, orientation: Orientation): GradientFile {
  let read: GradientFile;
  try {
    read = readGradients(readFileSync(file), network, orientation);
  } catch (error) {
    if (!(error instanceof ImportError || (error instanceof Error && 'code' in error))) throw error;
    throw new FileError([`${file}:1:1: error unreadable: ${error.message}`]);
  }
  const at = placesIn(read.text ?? '');
  const lines = read.problems.map(({ offset, severity, code, message }) => {
    const { line, column } = at(offset);
    return `${file}:${String(line)}:${String(column)}: ${severity} ${code}: ${message}`;
  });
  if (read.problems.some(({ severity }) => severity === 'error')) throw new FileError(lines);
  complain(lines);
  return read;
}
