import * as vscode from 'vscode';
import type { StartWorker } from '../../app/compute';

/** What is used of a browser's worker and of the errors that it tells: the types of this folder are Node's. */
interface WebWorker {
  postMessage(message: unknown): void;
  addEventListener(type: 'message' | 'error', listener: (event: WebWorkerEvent) => void): void;
  removeEventListener(type: 'message', listener: (event: WebWorkerEvent) => void): void;
  terminate(): void;
}
interface WebWorkerEvent {
  readonly data?: unknown;
  readonly message?: string;
}
type NewWorker = new (url: string) => WebWorker;

/** Runs the worker program at `script` in a worker of the extension host's. */
export function webWorker(script: vscode.Uri): StartWorker {
  // A browser starts workers of the page's own origin only, hence from the text of the program.
  let url: Promise<string> | undefined;
  const load = async (): Promise<string> => {
    const bytes = await vscode.workspace.fs.readFile(script);
    return URL.createObjectURL(new Blob([bytes.slice()], { type: 'text/javascript' }));
  };
  const address = (): Promise<string> => {
    url ??= load().catch((error: unknown) => {
      // The next worker tries again.
      url = undefined;
      throw error;
    });
    return url;
  };
  return () => {
    const { Worker } = globalThis as unknown as { readonly Worker: NewWorker };
    const started = address().then((from) => new Worker(from));
    let ended = false;
    return {
      port: {
        post: (message) => {
          started.then(
            (worker) => {
              worker.postMessage(message);
            },
            () => undefined,
          );
        },
        onMessage: (listener) => {
          const onEvent = ({ data }: WebWorkerEvent): void => {
            listener(data);
          };
          const listening = started.then(
            (worker) => {
              worker.addEventListener('message', onEvent);
              return worker;
            },
            () => undefined,
          );
          return () => void listening.then((worker) => worker?.removeEventListener('message', onEvent));
        },
      },
      onDeath: (listener) => {
        const tell = (reason: string): void => {
          if (!ended) listener(reason);
          ended = true;
        };
        started.then(
          (worker) => {
            worker.addEventListener('error', ({ message = 'no reason given' }) => {
              worker.terminate();
              tell(message);
            });
          },
          (error: unknown) => {
            tell(error instanceof Error ? error.message : String(error));
          },
        );
      },
      terminate: () => {
        ended = true;
        void started.then(
          (worker) => {
            worker.terminate();
          },
          () => undefined,
        );
      },
    };
  };
}
