import { layerMeasures, type LayerMeasures } from '../core/layerMeasures';
import type { RunState, Training } from './training';
import type { Values } from './values';
import type { View } from './view';

/**
 * Gradient norm and step of each layer at the epoch that is looked back at. A run reports those of its newest epochs only; of
 * the others they are computed again.
 */
export class EpochMeasures {
  private of: RunState | undefined;
  /** Null while they are not known, or the newest epoch is shown. */
  measures: LayerMeasures | null = null;

  constructor(
    private readonly view: View,
    private readonly training: Training,
    private readonly values: Values,
    private readonly onChange: () => void,
  ) {}

  /** Something else may be shown. */
  update(): void {
    const { shown, lookedAt } = this.view;
    const next = shown?.epoch === lookedAt ? shown : undefined;
    if (next === this.of) return;
    this.of = next;
    this.measures = null;
    if (next && this.values.watched) void this.compute(next);
  }

  private async compute(state: RunState): Promise<void> {
    const { epoch, theta, model } = state;
    const isFirst = epoch <= (this.training.log.starts[0]?.epoch ?? 0);
    try {
      const gradient = (await this.values.analyse(state, null))?.gradient;
      const before = isFirst ? theta : await this.view.thetaAt(epoch - 1, 'measures');
      if (this.of !== state || !gradient) return;
      this.measures = layerMeasures(model.network, epoch, gradient, theta, before);
      this.onChange();
    } catch {
      // Another epoch is looked at by now, or the worker has gone: there is nothing to show.
    }
  }
}
