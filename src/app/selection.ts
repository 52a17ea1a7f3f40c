import { parameterIndex, parameterLayout, sameParameter, type ParameterId } from '../core/network';
import type { Model } from './compute';
import { Emitter, type Disposable } from './emitter';

/** What is looked at: a parameter, and one sample or the mean of all. */
export class Selection implements Disposable {
  private readonly changed = new Emitter<void>();
  private model: Model | undefined;

  readonly onDidChange = this.changed.event;
  parameter: ParameterId | null = null;
  /** From 1; null: the mean of all. */
  sample: number | null = null;

  /** Selects a parameter, or nothing where the network that is shown has no such parameter. */
  select(parameter: ParameterId | null): void {
    const next = parameter && this.has(parameter) ? parameter : null;
    if (sameParameter(next ?? undefined, this.parameter ?? undefined)) return;
    this.parameter = next;
    this.changed.fire();
  }

  /** Selects a sample, or the mean of all where the data have no such sample. */
  selectSample(sample: number | null): void {
    const next = sample !== null && sample <= this.samples ? sample : null;
    if (next === this.sample) return;
    this.sample = next;
    this.changed.fire();
  }

  /** Another network is shown: what it does not have is no longer selected. */
  keepInside(model: Model): void {
    this.model = model;
    if (this.parameter && !this.has(this.parameter)) this.parameter = null;
    if ((this.sample ?? 0) > this.samples) this.sample = null;
  }

  dispose(): void {
    this.changed.dispose();
  }

  private has(parameter: ParameterId): boolean {
    return !!this.model && parameterIndex(parameterLayout(this.model.network.layers), parameter) >= 0;
  }

  private get samples(): number {
    return this.model?.data?.training.count ?? 0;
  }
}
