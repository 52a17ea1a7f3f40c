import type { Disposable } from './emitter';
import { ChannelClosed, connect, type Channel, type Handlers, type Port, type Remote } from '../channel';
import type { Dataset, Network } from '../core/network';
import type { WorkerApi, WorkerEvents } from '../protocol';
import { withoutGradients, type Questions } from './exerciseFilter';

/** A running worker thread: its wire, how it dies, how it is killed. */
export interface WorkerHandle {
  readonly port: Port;
  /** Called once when the worker is gone without having been told to, with the reason for a person. */
  onDeath(listener: (reason: string) => void): void;
  terminate(): void;
}

/** Starts the worker program on this platform. */
export type StartWorker = () => WorkerHandle;

/** What is computed on: a network with its data. `revision` tells one from another. */
export interface Model {
  readonly revision: number;
  readonly network: Network;
  readonly data: Dataset | undefined;
}

/** The worker died; the message says why. */
export class WorkerDied extends Error {
  override name = 'WorkerDied';
}

interface Running {
  readonly handle: WorkerHandle;
  readonly channel: Channel<WorkerApi>;
  loaded: number;
}

/**
 * A worker that is started when it is first needed, holds one model at a time, and is started afresh after it died or was
 * killed. Everything that takes longer than a blink is computed there, never in the extension host.
 */
export class Compute implements Disposable {
  private running: Running | undefined;

  constructor(
    private readonly start: StartWorker,
    private readonly events: Handlers<WorkerEvents>,
    private readonly hidesGradients: () => boolean,
    private readonly hidesForward: () => boolean = () => false,
  ) {}

  /**
   * The worker's methods, with `model` loaded before whatever is called next. The returned remote must be used at once:
   * an `await` in between would let another model come between. While gradients are hidden, none come through.
   */
  on(model: Model): Remote<Questions> {
    this.running ??= this.launch();
    const { channel } = this.running;
    if (this.running.loaded !== model.revision) {
      this.running.loaded = model.revision;
      // A failed load is told by the call that follows: the worker is dead then, or has no model.
      channel.remote.load({ network: model.network, data: model.data }).catch(() => undefined);
    }
    return this.hidesGradients() ? withoutGradients(channel.remote, this.hidesForward()) : channel.remote;
  }

  /** Asks the worker to end the run or the check under way. Resolves when it has answered; does nothing where none runs. */
  async stop(what: 'training' | 'check'): Promise<void> {
    await this.running?.channel.remote.stop(what);
  }

  /** The live worker's methods for calls about a run that is under way, or undefined. */
  get current(): Remote<WorkerApi> | undefined {
    return this.running?.channel.remote;
  }

  /** Ends the worker in the middle of its work; what is pending is rejected with a `ChannelClosed` that says `reason`. */
  kill(reason: string): void {
    this.running?.channel.fail(new ChannelClosed(reason));
    this.dispose();
  }

  /** Ends the worker; what is pending is rejected with a `ChannelClosed`: nobody is interested any more. */
  dispose(): void {
    const running = this.running;
    this.running = undefined;
    running?.channel.dispose();
    running?.handle.terminate();
  }

  private launch(): Running {
    const handle = this.start();
    const channel = connect<WorkerApi, WorkerEvents>(handle.port, this.events);
    const running: Running = { handle, channel, loaded: -1 };
    handle.onDeath((reason) => {
      if (this.running !== running) return;
      channel.fail(new WorkerDied(reason));
      this.dispose();
    });
    return running;
  }
}

/** True for errors that only say that nobody is interested any more. */
export function isUnwanted(error: unknown): boolean {
  return error instanceof ChannelClosed || (error instanceof Error && error.name === 'Superseded');
}
