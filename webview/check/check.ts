import { unpackReport } from '../../src/core/check/packed';
import { parameterLayout } from '../../src/core/network';
import type { PanelStores } from '../state';

/** Runs the gradient check of what is on the screen; its report is kept with what it is about. */
export async function runCheck({ host, hostState, check }: PanelStores): Promise<void> {
  const { against } = check.get();
  const { model, values } = hostState.get();
  if (!model || !values?.analysis?.gradient || check.get().running) return;
  const { revision: about, sample } = values;
  check.set({ running: true, progress: null, error: null });
  try {
    const packed = await host.check({ revision: model.revision, sample, against });
    const report = unpackReport(packed, parameterLayout(model.network.layers));
    check.set({ running: false, result: { report, values: about, sample, against } });
  } catch (error) {
    const stopped = error instanceof Error && error.name === 'Stopped';
    const message = error instanceof Error ? error.message : String(error);
    // A report that is there stays, and says what it was compared with.
    const { result } = check.get();
    const kept = result?.against ?? 'differences';
    check.set({ running: false, against: kept, error: stopped ? 'The check was canceled.' : message });
  }
}

/** Ends the check under way. */
export function stopCheck({ host }: PanelStores): void {
  void host.stopCheck();
}
