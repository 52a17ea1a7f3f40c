/** A thread of a training's crew in Node. */

import { workerData } from 'node:worker_threads';
import { serveCrew, type CrewPost } from '../engine/pool/workerPool';

serveCrew(workerData as CrewPost);
