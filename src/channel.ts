/**
 * A typed remote procedure call over anything that posts messages: a webview, a worker, a port.
 *
 * An interface of methods with at most one argument is the whole contract: the caller's proxy, the receiver's handlers
 * and the messages are derived from it. Every call is answered; an error thrown there is thrown here; `dispose` (or
 * `fail`, when the other side has died) rejects whatever is still pending.
 */

/** The wire. `onMessage` returns a function that stops listening. */
export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): () => void;
}

type Method = (argument: never) => unknown;
type Methods<T> = { [K in keyof T]: T[K] extends Method ? T[K] : never };

/** The other side's methods as seen from here: the same arguments, a promise for each result. */
export type Remote<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

/** This side's methods: each may answer at once or with a promise. */
export type Handlers<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => R | Promise<R> : never;
};

/** Turns an argument from an untrusted side into one of the right type, or throws with the reason. */
export type Guards<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => unknown ? (argument: unknown) => A[0] : never;
};

export interface Channel<T> {
  readonly remote: Remote<T>;
  /** Rejects all pending calls, and every later one, with this error. */
  fail(error: Error): void;
  /** Stops listening; pending calls are rejected with a `ChannelClosed`. */
  dispose(): void;
}

/** The other side is gone, or this one was disposed. */
export class ChannelClosed extends Error {
  override name = 'ChannelClosed';
}

interface Call {
  readonly call: string;
  readonly id: number;
  readonly argument: unknown;
}

type Reply = { readonly answer: number } & ({ readonly result: unknown } | { readonly error: WireError });

interface WireError {
  readonly name: string;
  readonly message: string;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * Opens a channel: `handlers` answer the other side's calls, `remote` makes calls of ours. With `guards`, every argument
 * passes through its guard before the handler sees it. Messages that are neither call nor answer are ignored.
 */
export function connect<Theirs extends Methods<Theirs>, Ours extends Methods<Ours>>(
  port: Port,
  handlers: Handlers<Ours>,
  guards?: Guards<Ours>,
): Channel<Theirs> {
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let closed: Error | undefined;

  const stopListening = port.onMessage((message) => {
    if (isCall(message)) void answer(message);
    else if (isAnswer(message)) settle(message);
  });

  async function answer({ call, id, argument }: Call): Promise<void> {
    let reply: Reply;
    try {
      const handler = own<(argument: unknown) => unknown>(handlers, call);
      if (!handler) throw new TypeError(`no method “${call}”`);
      const guard = own<(argument: unknown) => unknown>(guards ?? {}, call);
      if (guards && !guard) throw new TypeError(`no guard for “${call}”`);
      reply = { answer: id, result: await handler(guard ? guard(argument) : argument) };
    } catch (error) {
      reply = { answer: id, error: toWire(error) };
    }
    if (!closed) port.post(reply);
  }

  function settle(message: Reply): void {
    const waiting = pending.get(message.answer);
    pending.delete(message.answer);
    if ('error' in message) waiting?.reject(fromWire(message.error));
    else waiting?.resolve(message.result);
  }

  function send(call: string, argument: unknown): Promise<unknown> {
    if (closed) return Promise.reject(closed);
    const id = nextId++;
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      try {
        port.post({ call, id, argument } satisfies Call);
      } catch (error) {
        pending.delete(id);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  function fail(error: Error): void {
    if (closed) return;
    closed = error;
    for (const waiting of pending.values()) waiting.reject(error);
    pending.clear();
  }

  const remote = new Proxy(
    {},
    {
      // `then` would make the proxy itself look like a promise to `await`.
      get: (_, name) =>
        typeof name === 'string' && name !== 'then' ? (argument: unknown) => send(name, argument) : undefined,
    },
  ) as Remote<Theirs>;

  return {
    remote,
    fail,
    dispose() {
      stopListening();
      fail(new ChannelClosed('the connection was closed'));
    },
  };
}

function own<T>(object: object, key: string): T | undefined {
  return Object.hasOwn(object, key) ? (object as Record<string, T>)[key] : undefined;
}

function isCall(message: unknown): message is Call {
  const call = message as Partial<Call> | null;
  return typeof call === 'object' && typeof call?.call === 'string' && typeof call.id === 'number';
}

function isAnswer(message: unknown): message is Reply {
  const reply = message as { answer?: unknown; error?: unknown } | null;
  if (typeof reply !== 'object' || typeof reply?.answer !== 'number') return false;
  return !('error' in reply) || (typeof reply.error === 'object' && reply.error !== null);
}

function toWire(error: unknown): WireError {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}

function fromWire({ name, message }: WireError): Error {
  const error = new Error(String(message));
  error.name = String(name);
  return error;
}
