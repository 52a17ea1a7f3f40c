import type { Session } from './session';

/**
 * θ after this epoch of the run, whatever is on the screen. A later request of the same asker ends it. Rejects where the run
 * has no such epoch.
 */
export async function thetaAt({ training, compute }: Session, epoch: number, asker: string): Promise<Float64Array> {
  const { state, log } = training;
  if (!state || !(epoch <= (log.series?.newest ?? NaN))) throw new Error(`the run has no epoch ${String(epoch)}`);
  const run = training.startOf(epoch);
  return run ? compute.on(state.model).lookBack({ run, epoch, asker }) : state.theta;
}
