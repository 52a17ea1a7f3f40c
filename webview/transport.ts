import type { Port } from '../src/channel';
import { jsonSafe } from '../src/wire';

/** What the page runs in: where its messages go, and what is kept of the view while the page is discarded. */
export interface Environment {
  readonly port: Port;
  load(): unknown;
  save(state: unknown): void;
}

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The environment of a webview of VS Code. May be called once in a page. */
export function vsCodeEnvironment(): Environment {
  const api = acquireVsCodeApi();
  return {
    port: jsonSafe({
      post: (message) => {
        api.postMessage(message);
      },
      onMessage: (listener) => {
        const receive = ({ data }: MessageEvent): void => {
          listener(data);
        };
        window.addEventListener('message', receive);
        return () => {
          window.removeEventListener('message', receive);
        };
      },
    }),
    load: () => api.getState(),
    save: (state) => {
      api.setState(state);
    },
  };
}
