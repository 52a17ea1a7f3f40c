/** The worker in Node: a thread of the extension host's process. */

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parentPort, Worker } from 'node:worker_threads';
import { crewOf } from '../engine/pool/workerPool';
import { serve } from './service';

const port = parentPort;
if (!port) throw new Error('worker.js runs as a worker thread only');

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
  crewOf(availableParallelism, (post) => new Worker(join(__dirname, 'poolWorker.js'), { workerData: post })),
);
