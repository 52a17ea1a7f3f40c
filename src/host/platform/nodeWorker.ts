import { Worker } from 'node:worker_threads';
import type { StartWorker } from '../../app/compute';

/** Runs the worker program at `path` in a thread of the extension host's process. */
export function nodeWorker(path: string): StartWorker {
  return () => {
    const worker = new Worker(path);
    // An idle inspector must not keep the process alive.
    worker.unref();
    let told = false;
    let ended = false;
    return {
      port: {
        post: (message) => {
          worker.postMessage(message);
        },
        onMessage: (listener) => {
          worker.on('message', listener);
          return () => worker.off('message', listener);
        },
      },
      onDeath: (listener) => {
        const tell = (reason: string): void => {
          if (!told && !ended) listener(reason);
          told = true;
        };
        worker.on('error', (error) => {
          tell(error.message);
        });
        worker.on('exit', (code) => {
          tell(`it ended with exit code ${String(code)}`);
        });
      },
      terminate: () => {
        ended = true;
        void worker.terminate();
      },
    };
  };
}
