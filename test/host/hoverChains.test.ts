/** Hovers follow the mouse: what nobody looks at any more is not worked out to its end. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Port } from '../../src/channel';
import { Compute, type Model, type WorkerHandle } from '../../src/app/compute';
import { HoverChains } from '../../src/host/language/hoverChains';
import { serve } from '../../src/worker/service';
import { drawnCase } from '../engine/drawn';
import { EventEmitter } from './vscode';

vi.mock('vscode', () => import('./vscode'));

// The whole of it takes seconds, a slice some milliseconds.
const { network, samples } = drawnCase([5, 30, 30, 3], 20_000);
const model: Model = { revision: 1, network, data: { training: samples } };
const view = { model, theta: network.theta };
const [first, second] = [1, 2].map((to) => ({ parameter: { layer: 3, to, from: 1 }, paths: 1 })) as [Asked, Asked];
type Asked = Parameters<HoverChains['of']>[2];

/** A token as VS Code hands it to a hover. */
class Token {
  private readonly emitter = new EventEmitter<unknown>();
  isCancellationRequested = false;
  readonly onCancellationRequested = this.emitter.event;
  cancel(): void {
    this.isCancellationRequested = true;
    this.emitter.fire(undefined);
  }
}

let session: { readonly compute: Compute };
const started = vi.fn();

/** A worker in this thread that tells which of its requests have been begun. */
function launch(): WorkerHandle {
  const { port1, port2 } = new MessageChannel();
  port2.on('message', ({ call }: { readonly call?: string }) => void started(call));
  serve(portOf(port2), () => new Promise((resolve) => setImmediate(resolve)));
  return {
    port: portOf(port1),
    onDeath: () => undefined,
    terminate: () => {
      port1.close();
    },
  };
}

function portOf(port: MessagePort): Port {
  return {
    post: (message) => {
      port.postMessage(message);
    },
    onMessage: (listener) => {
      port.on('message', listener);
      return () => port.off('message', listener);
    },
  };
}

beforeEach(() => {
  started.mockClear();
  session = { compute: new Compute(launch, { trained: () => undefined, checked: () => undefined }, () => false) };
});
afterEach(() => {
  session.compute.dispose();
});

describe('the chain of a hover', () => {
  it('is given up for that of a later one, whatever becomes of the first one’s token', async () => {
    const chains = new HoverChains();
    const [early, late] = [new Token(), new Token()];
    const left = chains.of(session, view, first, early);
    const wanted = chains.of(session, view, second, late);
    early.cancel();
    expect(await left).toBeUndefined();
    expect(await wanted).toMatchObject({ parameter: second.parameter });
  });

  it('is given up when it is cancelled, and not begun when it was before', async () => {
    const chains = new HoverChains();
    const token = new Token();
    const left = chains.of(session, view, first, token);
    token.cancel();
    expect(await left).toBeUndefined();
    expect(started).toHaveBeenCalledWith('leave');
    started.mockClear();
    expect(await chains.of(session, view, first, token)).toBeUndefined();
    expect(started).not.toHaveBeenCalled();
  });

  it('is given up with its file, and tells of every other failure', async () => {
    const chains = new HoverChains();
    const left = chains.of(session, view, first, new Token());
    session.compute.dispose();
    expect(await left).toBeUndefined();
    const none = { parameter: { layer: 9, to: 1, from: 1 }, paths: 1 };
    await expect(chains.of(session, view, none, new Token())).rejects.toThrow(/there is no parameter/);
  });
});
