import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { ChannelClosed, connect, type Channel, type Port } from '../src/channel';

interface Calculator {
  root(of: number): number;
  slow(): string;
  unguarded(of: number): number;
}
type Nothing = Record<never, never>;

const open: { dispose(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

/** Two ends of a real message channel, as between two threads. */
function ports(): [Port, Port] {
  const { port1, port2 } = new MessageChannel();
  open.push({
    dispose: () => {
      port1.close();
      port2.close();
    },
  });
  const wrap = (port: typeof port1): Port => ({
    post: (message) => {
      port.postMessage(message);
    },
    onMessage: (listener) => {
      port.on('message', listener);
      return () => port.off('message', listener);
    },
  });
  return [wrap(port1), wrap(port2)];
}

function calculator(): { client: Channel<Calculator>; wire: Port; server: Channel<Nothing> } {
  const [near, far] = ports();
  const server = connect<Nothing, Calculator>(
    far,
    {
      root: (of) => {
        if (of < 0) throw new RangeError(`${String(of)} has no real root`);
        return Math.sqrt(of);
      },
      slow: () => new Promise<string>(() => undefined),
      unguarded: (of) => of,
    },
    {
      root: (argument) => {
        if (typeof argument !== 'number') throw new TypeError('a number is needed');
        return argument;
      },
      slow: () => undefined,
      unguarded: (argument) => argument as number,
    },
  );
  const client = connect<Calculator, Nothing>(near, {});
  open.push(client, server);
  return { client, wire: near, server };
}

describe('a channel', () => {
  it('carries results and errors with their names across', async () => {
    const { client } = calculator();
    await expect(client.remote.root(9)).resolves.toBe(3);
    await expect(client.remote.root(-1)).rejects.toMatchObject({ name: 'RangeError', message: '-1 has no real root' });
  });

  it('answers calls that overlap each with its own result', async () => {
    const { client } = calculator();
    const roots = await Promise.all([16, 4, 9].map((n) => client.remote.root(n)));
    expect(roots).toEqual([4, 2, 3]);
  });

  it('lets no argument past its guard', async () => {
    const { client } = calculator();
    await expect(client.remote.root('9' as unknown as number)).rejects.toMatchObject({ message: 'a number is needed' });
  });

  it('refuses methods that the interface does not have, inherited ones too', async () => {
    const { client } = calculator();
    const remote = client.remote as unknown as Record<string, () => Promise<unknown>>;
    await expect(remote['missing']?.()).rejects.toThrow('no method “missing”');
    await expect(remote['toString']?.()).rejects.toThrow('no method “toString”');
  });

  it('ignores messages that are none of its own', async () => {
    const { client, wire } = calculator();
    for (const stray of [
      null,
      7,
      'text',
      [],
      {},
      { answer: 'x' },
      { answer: 999, result: 1 },
      { answer: 1, error: null },
    ]) {
      wire.post(stray);
    }
    await expect(client.remote.root(4)).resolves.toBe(2);
  });

  it('rejects what is pending, and all that comes later, when the other side dies', async () => {
    const { client } = calculator();
    const pending = client.remote.slow();
    client.fail(new Error('the worker died'));
    await expect(pending).rejects.toThrow('the worker died');
    await expect(client.remote.root(4)).rejects.toThrow('the worker died');
  });

  it('rejects what is pending when it is disposed', async () => {
    const { client } = calculator();
    const pending = client.remote.slow();
    client.dispose();
    await expect(pending).rejects.toBeInstanceOf(ChannelClosed);
  });

  it('rejects a call whose argument cannot be sent', async () => {
    const { client } = calculator();
    await expect(client.remote.root((() => 1) as unknown as number)).rejects.toThrow(/could not be cloned/);
  });
});
