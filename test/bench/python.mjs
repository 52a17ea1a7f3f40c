// PyTorch and NumPy, where this machine has them, in a process that answers line by line (pythonPeers.py).
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The first Python that has both, or undefined. */
export function findPython() {
  return ['python3', '/usr/bin/python3'].find(
    (program) => spawnSync(program, ['-c', 'import numpy, torch']).status === 0,
  );
}

/** Resolves to { ask(request), stop() }, or undefined where there is no PyTorch. */
export function startPython(folder) {
  const program = findPython();
  if (!program) return undefined;
  const child = spawn(program, [join(import.meta.dirname, 'pythonPeers.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await answers.next();
    if (done) throw new Error('Python has ended');
    return JSON.parse(value);
  };
  return {
    ask,
    /** Hands a workload over. */
    prepare: (task) => {
      const { inputs, targets, count } = task.samples;
      for (const [name, values] of Object.entries({ inputs, targets, theta: task.network.theta })) {
        writeFileSync(join(folder, `${name}.f64`), values);
      }
      const { units, hidden, output, loss, batch } = task;
      return ask({ action: 'prepare', folder, units, hidden, output, loss, batch, samples: count });
    },
    stop: () => child.kill(),
  };
}
