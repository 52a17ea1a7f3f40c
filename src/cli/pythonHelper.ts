/** `python-helper`: the Python module that writes network files, for one's own program. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExitStatus } from './command';
import { printText } from './streams';

export function pythonHelperCommand(): Promise<ExitStatus> {
  // Beside the bundle, as it is shipped.
  printText(readFileSync(join(__dirname, '..', 'media', 'python', 'gradient_inspector.py'), 'utf8'));
  return Promise.resolve(0);
}
