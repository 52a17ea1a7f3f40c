/** The worker in a browser: a web worker. */

import { serve } from './service';

/** What is used of a web worker's global scope: the types of this folder are Node's. */
interface Scope {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}
const scope = globalThis as unknown as Scope;

/** A message to itself comes behind those that are waiting, and without the delay of a timer. */
const { port1, port2 } = new MessageChannel() as unknown as {
  readonly port1: { onmessage: () => void };
  readonly port2: { postMessage(message: unknown): void };
};
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()?.();

serve(
  {
    post: (message) => {
      scope.postMessage(message);
    },
    onMessage: (listener) => {
      const onEvent = ({ data }: { readonly data: unknown }): void => {
        listener(data);
      };
      scope.addEventListener('message', onEvent);
      return () => {
        scope.removeEventListener('message', onEvent);
      };
    },
  },
  () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(undefined);
    }),
);
