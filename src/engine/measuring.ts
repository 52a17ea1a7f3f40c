/** What is known of a run after an epoch: J over all its samples, and what else the pass that measures J gives. */

import { targetsAreClasses } from '../core/classes';
import type { EpochRow } from '../core/epochs';
import { trainableRanges } from '../core/frozen';
import type { Dataset, Network, Samples } from '../core/network';
import { FUSED_ROW, type FusedEpochs, type GradientEngine, type Rows } from './engine';
import type { StatefulOptimizer } from './optimizers';
import { allFinite, type Range } from './ranges';

/** With mini-batches, ‖∇J‖₂ takes a backward pass of its own: it is measured at the first epochs and then at every 10th. */
const NORM_EVERY = 10;

/** One object for all epochs, since small networks have very many. */
export type MeasuredRow = { -readonly [K in keyof EpochRow]: EpochRow[K] } & {
  loss: number;
  validationLoss: number | undefined;
  gradientNorm: number;
};

/** Measures epochs: `begin`, then `advance` until it says true; `row` then is that epoch's, unless `finite` is false. */
export class Measuring {
  readonly row: MeasuredRow = { epoch: 0, loss: NaN, validationLoss: undefined, gradientNorm: NaN };
  /** False where J, or a parameter, is not a finite number: of `row`, `loss` alone holds then. */
  finite = true;
  /** The engine's gradient is that of this epoch. */
  hasGradient = false;

  private readonly training: Rows;
  private readonly validation: Rows | undefined;
  private readonly trained: readonly Range[];
  private readonly needsNorm: boolean;
  private readonly classes: boolean;
  private readonly penalized: boolean;
  private normDue = false;
  private validating = false;

  /** Where every epoch `givesGradient`, the next step of the run takes it over from here. */
  constructor(
    private readonly engine: GradientEngine,
    network: Network,
    { training, validation }: Dataset,
    private readonly givesGradient: boolean,
  ) {
    this.training = all(training);
    this.validation = validation?.count ? all(validation) : undefined;
    this.trained = trainableRanges(network);
    this.needsNorm = givesGradient || network.training.stop.gradientNorm !== undefined;
    this.classes = targetsAreClasses(network, training);
    this.penalized = network.regularization.l1 !== 0 || network.regularization.l2 !== 0;
  }

  /** Which epochs have their ‖∇J‖₂ depends on their numbers alone. */
  begin(epoch: number, wantsGradient: boolean): void {
    this.row.epoch = epoch;
    this.normDue = this.needsNorm || epoch <= NORM_EVERY || epoch % NORM_EVERY === 0;
    this.hasGradient = this.givesGradient || wantsGradient || this.normDue;
    this.validating = false;
    this.engine.begin(this.training, this.hasGradient ? 'gradient' : 'loss');
  }

  /** Goes on for a few milliseconds at most, and says whether the epoch has been measured. */
  advance(): boolean {
    if (!this.engine.advance()) return false;
    if (this.validating) {
      this.takeValidation();
      return true;
    }
    this.takeTraining();
    if (!this.finite || !this.validation) return true;
    this.validating = true;
    // The gradient of the pass before survives this one.
    this.engine.begin(this.validation, 'loss');
    return false;
  }

  /** Epochs in one call that measure what is measured here; undefined where there are none. */
  createFusedEpochs(optimizer: StatefulOptimizer): FusedEpochs | undefined {
    if (!this.givesGradient || this.validation) return undefined;
    const { training, trained, classes } = this;
    return this.engine.createFusedEpochs({ count: training.count, optimizer, trained, hits: classes });
  }

  /** `row` is that of the epoch at this place of a run of fused epochs. */
  read(rows: Float64Array, place: number, epoch: number): void {
    const { row } = this;
    const at = FUSED_ROW * place;
    const [dataLoss, penalty] = [rows[at] ?? NaN, rows[at + 1] ?? NaN];
    row.epoch = epoch;
    row.loss = dataLoss + penalty;
    this.takeParts(dataLoss, penalty, rows[at + 2] ?? NaN);
    row.gradientNorm = rows[at + 3] ?? NaN;
  }

  private takeTraining(): void {
    const { row } = this;
    const { dataLoss, penalty, hits, theta, gradient } = this.engine;
    row.loss = dataLoss + penalty;
    this.finite = Number.isFinite(row.loss) && allFinite(theta);
    if (!this.finite) return;
    this.takeParts(dataLoss, penalty, hits);
    row.gradientNorm = this.normDue ? norm(gradient, this.trained) : NaN;
  }

  private takeParts(dataLoss: number, penalty: number, hits: number): void {
    const { row } = this;
    if (this.penalized) [row.dataLoss, row.penalty] = [dataLoss, penalty];
    if (this.classes) row.accuracy = hits / this.training.count;
  }

  private takeValidation(): void {
    const { row, engine, validation } = this;
    row.validationLoss = engine.dataLoss;
    if (this.classes) row.validationAccuracy = engine.hits / (validation?.count ?? NaN);
  }
}

function all(samples: Samples): Rows {
  return { samples, first: 0, count: samples.count };
}

/** ‖∇J‖₂ over the parameters that are trained. */
function norm(gradient: Float64Array, trained: readonly Range[]): number {
  let squares = 0;
  for (const { from, to } of trained) {
    for (let k = from; k < to; k++) {
      const g = gradient[k] ?? NaN;
      squares += g * g;
    }
  }
  return Math.sqrt(squares);
}
