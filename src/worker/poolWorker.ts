/** A thread of a training's worker pool in Node. */

import { workerData } from 'node:worker_threads';
import { servePoolThread, type PoolThreadStart } from '../engine/pool/workerPool';

servePoolThread(workerData as PoolThreadStart);
