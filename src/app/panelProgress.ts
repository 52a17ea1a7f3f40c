import { EpochSeries } from '../core/epochs';
import type { PanelApi, TrainProgress } from '../protocol';
import { Backpressure } from './backpressure';

type Progress = Pick<TrainProgress, 'epochs' | 'layers'>;

/** Tells a panel of a run's epochs, the next only once it has taken in the last: what comes meanwhile is told together. */
export class PanelProgress {
  private epochs = new EpochSeries();
  private layers: Progress['layers'] = null;
  private readonly line: Backpressure;

  constructor(tell: (...progress: Parameters<PanelApi['trainProgress']>) => Promise<void>) {
    this.line = new Backpressure(() => {
      const { layers } = this;
      this.layers = null;
      return tell({ epochs: this.epochs.take(), layers });
    });
  }

  /** News of the run: told at once, or with what else comes while the panel is busy. */
  add({ epochs, layers }: Progress): void {
    this.epochs.push(epochs);
    this.layers = layers ?? this.layers;
    this.line.changed();
  }

  /** The panel has been sent the whole curve, or is another page by now: what is waiting is part of it. */
  forget(): void {
    this.epochs = new EpochSeries();
    this.layers = null;
    this.line.restart();
  }
}
