/** `python-helper`: the Python module that writes network files, for one's own program. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './command';
import { printText } from './streams';

export const pythonHelper: Command = {
  usage: 'python-helper > gradient_inspector.py',
  summary: 'prints the Python module that writes network files from PyTorch, Keras, scikit-learn and NumPy',
  options: {},
  files: 'none',
  run() {
    // Beside the bundle, as it is shipped.
    printText(readFileSync(join(__dirname, '..', 'media', 'python', 'gradient_inspector.py'), 'utf8'));
    return Promise.resolve(0);
  },
};
