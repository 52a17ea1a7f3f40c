/** The worker in Node: a thread of the extension host's process. */

import { availableParallelism, constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { parentPort, Worker } from 'node:worker_threads';
import { poolOf } from '../engine/pool/workerPool';
import { serve } from './service';

const port = parentPort;
if (!port) throw new Error('worker.js runs as a worker thread only');

// On Linux a thread has a priority of its own, which the threads of its pool inherit: editor and panel come first.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

serve(
  {
    post: (message) => {
      port.postMessage(message);
    },
    onMessage: (listener) => {
      port.on('message', listener);
      return () => port.off('message', listener);
    },
  },
  () => new Promise((resolve) => setImmediate(resolve)),
  // One core is left to the extension host and the panel.
  poolOf(
    () => availableParallelism() - 1,
    (post) => new Worker(join(__dirname, 'poolWorker.js'), { workerData: post }),
  ),
);
