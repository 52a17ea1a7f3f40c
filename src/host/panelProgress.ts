import { EpochSeries } from '../core/epochs';
import type { PanelApi, TrainProgress } from '../protocol';

type Progress = Pick<TrainProgress, 'epochs' | 'layers'>;

/** Tells a panel of a run's epochs, the next only once it has taken in the last: what comes meanwhile is told together. */
export class PanelProgress {
  private epochs = new EpochSeries();
  private layers: Progress['layers'] = null;
  private telling = false;

  constructor(private readonly tell: (...progress: Parameters<PanelApi['trainProgress']>) => Promise<void>) {}

  add({ epochs, layers }: Progress): void {
    this.epochs.push(epochs);
    this.layers = layers ?? this.layers;
    this.next();
  }

  /** The panel has been sent the whole curve: what is waiting is part of it. */
  forget(): void {
    this.epochs = new EpochSeries();
    this.layers = null;
  }

  private next(): void {
    if (this.telling || (this.epochs.length === 0 && !this.layers)) return;
    const { layers } = this;
    this.layers = null;
    this.telling = true;
    const done = (): void => {
      this.telling = false;
      this.next();
    };
    // A panel that is gone will say that it is ready again.
    this.tell({ epochs: this.epochs.take(), layers }).then(done, done);
  }
}
