import type { CancellationToken } from 'vscode';
import type { Chain } from '../../core/chain';
import type { ParameterId } from '../../core/network';
import { isUnwanted, type Compute } from '../../app/compute';
import type { RunState } from '../../app/training';

/** The hovers, among those who ask the worker for readings. */
const REQUESTER = 'hover';

/** The chains that hovers show: of each file's only the newest is worked out, and that only while somebody waits for it. */
export class HoverChains {
  private readonly newest = new WeakMap<Compute, CancellationToken>();

  /** Undefined where a later hover has taken the place of this one, or it was cancelled, or its file closed. */
  async of(
    { compute }: { readonly compute: Compute },
    { model, theta }: Pick<RunState, 'model' | 'theta'>,
    asked: { readonly parameter: ParameterId; readonly paths: number },
    cancelled: CancellationToken,
  ): Promise<Chain | undefined> {
    if (cancelled.isCancellationRequested) return undefined;
    this.newest.set(compute, cancelled);
    const answer = compute.on(model).chain({ theta, ...asked, sample: null, requester: REQUESTER });
    const leaving = cancelled.onCancellationRequested(() => {
      // A later hover has made the worker leave this one already.
      if (this.newest.get(compute) === cancelled) compute.current?.leave(REQUESTER).catch(() => undefined);
    });
    try {
      return await answer;
    } catch (error) {
      if (isUnwanted(error)) return undefined;
      throw error;
    } finally {
      leaving.dispose();
    }
  }
}
