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

/**
 * Runs the check as soon as there is a gradient to check: a command may come while the panel is still opening. Does nothing where
 * the reader has turned to another tab by then, or in an exercise.
 */
export async function runCheckWhenKnown(panel: PanelStores): Promise<void> {
  const { hostState, view } = panel;
  const isKnown = (): boolean => Boolean(hostState.get().values?.analysis?.gradient);
  if (!isKnown()) {
    await new Promise<void>((resolve) => {
      const stop = hostState.subscribe(() => {
        if (!isKnown() && !hostState.get().exercise) return;
        stop();
        resolve();
      });
    });
  }
  if (view.get().tab === 'check') await runCheck(panel);
}

/** Ends the check under way. */
export function stopCheck({ host }: PanelStores): void {
  void host.stopCheck();
}
