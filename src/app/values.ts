import type { Disposable } from './emitter';
import { withExactMeans } from '../core/exactMeans';
import type { ShownAnalysis, ValuesSlice } from '../protocol';
import { isUnwanted, WorkerDied, type Compute, type Model } from './compute';
import type { RunState } from './training';

/** Samples of one θ whose values are kept for the way back. */
const MOST_SAMPLES = 32;

/** J, ∂J/∂θ and the units' values of what is on the screen: each computed once, in the worker, the newest first. */
export class Values implements Disposable {
  private known = new WeakMap<Float64Array, Map<number | null, Promise<ShownAnalysis>>>();
  private wanted = false;
  private computing = false;
  private view: RunState | undefined;
  private sample: number | null = null;
  private revision = 0;
  private disposed = false;

  /** The newest values; those of an older θ of the same network until the present ones are there. */
  slice: ValuesSlice | null = null;
  /** Why there are none, for a person. */
  failure: string | null = null;

  constructor(
    private readonly compute: Compute,
    private readonly onChange: () => void,
  ) {}

  /** J, ∂J/∂θ and the units' values of this view: all samples', or one's. Undefined where the file has no data. */
  async analyse({ model, theta }: RunState, sample: number | null): Promise<ShownAnalysis | undefined> {
    if (!model.data) return undefined;
    const known = this.known.get(theta) ?? new Map<number | null, Promise<ShownAnalysis>>();
    this.known.set(theta, known);
    let analysis = known.get(sample);
    if (!analysis) {
      if (known.size >= MOST_SAMPLES) known.clear();
      // The network's own θ is with the worker already: a large one takes its time to be copied.
      const at = theta === model.network.theta ? {} : { theta };
      analysis = this.compute
        .on(model)
        .analyse(sample === null ? at : { ...at, sample })
        .then((found) => (sample === null ? cleaned(found, model, theta) : found));
      known.set(sample, analysis);
      analysis.catch(() => known.delete(sample));
    }
    return analysis;
  }

  /** This is on the screen now. */
  show(view: RunState, sample: number | null): void {
    // Another network's numbers are no numbers of this one, not even for a moment.
    if (view.model !== this.view?.model) this.slice = null;
    this.view = view;
    this.sample = sample;
    this.refresh();
  }

  /** True while somebody looks: only then are values computed. */
  want(wanted: boolean): void {
    this.wanted = wanted;
    this.refresh();
  }

  /** What was computed is not to be shown any more: it is computed afresh where somebody looks. */
  forget(): void {
    this.known = new WeakMap();
    this.slice = null;
    this.refresh();
    this.onChange();
  }

  /** True while a panel is in sight. */
  get watched(): boolean {
    return this.wanted;
  }

  dispose(): void {
    this.disposed = true;
  }

  private refresh(): void {
    if (this.wanted && !this.computing && !this.isNewest()) void this.computeNewest();
  }

  /** True where nothing has changed since: a panel that comes into sight again has been sent these. */
  private isNewest(): boolean {
    const { slice, view, sample } = this;
    return slice?.theta === view?.theta && slice?.epoch === view?.epoch && slice?.sample === sample && !this.failure;
  }

  /** One computation at a time, the newest view last: what came between was never on the screen. */
  private async computeNewest(): Promise<void> {
    this.computing = true;
    let again = false;
    try {
      while (this.wanted && this.view && !this.disposed) {
        const { view, sample, known } = this;
        const analysis = (await this.analyse(view, sample)) ?? null;
        if (this.isDisposed()) return;
        if (known !== this.known) continue;
        this.failure = null;
        this.slice = { revision: ++this.revision, theta: view.theta, epoch: view.epoch, sample, analysis };
        this.onChange();
        if (view === this.view && sample === this.sample) return;
      }
    } catch (error) {
      if (this.isDisposed()) return;
      again = isUnwanted(error);
      if (again) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.failure = error instanceof WorkerDied ? `The worker crashed: ${reason}.` : reason;
      this.onChange();
    } finally {
      this.computing = false;
      // The worker was ended with a run that was stopped: another one will do.
      if (again) this.refresh();
    }
  }

  private isDisposed(): boolean {
    return this.disposed;
  }
}

function cleaned(analysis: ShownAnalysis, { network, data }: Model, theta: Float64Array): ShownAnalysis {
  if (!data?.standardization) return analysis;
  return { ...analysis, units: withExactMeans(network, theta, analysis.units) };
}
