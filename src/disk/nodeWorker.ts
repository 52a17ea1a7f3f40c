import { Worker } from 'node:worker_threads';

/** A program that runs in a thread of this process: its wire, how it dies, how it is killed. */
interface WorkerThread {
  readonly port: {
    post(message: unknown): void;
    onMessage(listener: (message: unknown) => void): () => void;
  };
  onDeath(listener: (reason: string) => void): void;
  terminate(): void;
}

/** Starts the worker program at `path` in a thread of this process. */
export function nodeWorker(path: string): () => WorkerThread {
  return () => {
    const worker = new Worker(path);
    // An idle worker must not keep the process alive.
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
