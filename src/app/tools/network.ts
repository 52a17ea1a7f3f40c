/** A network file as a tool sees it, and what a tool asks of the program around it. */

import type { Remote } from '../../channel';
import { requireSample } from '../../core/backprop';
import { requireParameter } from '../../core/chain';
import type { SheetJudgment } from '../../core/exercise/judge';
import type { Judgment } from '../../core/mistakes/claims';
import type { Dataset, Network, ParameterId, Samples } from '../../core/network';
import type { PlacedClaim, NetworkFile } from '../../format';
import type { GradientFile, Orientation } from '../../format/gradients';
import { problemLines } from '../../format/places';
import { Compute, type StartWorker } from '../compute';
import type { Questions } from '../exerciseFilter';
import { isRight } from '../grading';
import { type Lock, answersIn, askedSheet, hintsAllowed, hintsOf, lockOf } from '../sheet';
import { ToolError } from './fields';

/** A network file that was read. Nothing outside the workspace is read or written. */
export interface ToolFile {
  /** As it was asked for. */
  readonly file: string;
  readonly text: string;
  readonly content: NetworkFile;
  /** True where the reader has started an exercise on this file, whatever the file itself says. */
  readonly hidden: boolean;
  /** A file of gradients beside it. Throws a `ToolError` where it cannot be read. */
  readGradients(file: string, network: Network, orientation: Orientation): Promise<GradientFile>;
  /** Throws a `ToolError` where no network file can be written there; called before the work is done. */
  checkOutput(output: string): Promise<void>;
  /** Writes the file again with these parameters, whole or not at all; throws a `ToolError` where that fails. */
  write(output: string, theta: Float64Array): Promise<void>;
}

/** What differs from program to program. */
export interface ToolPlace {
  /** Throws a `ToolError` where the file is outside the workspace or cannot be read. */
  open(file: string): Promise<ToolFile>;
  readonly startWorker: StartWorker;
}

/** What hides the gradients: an exercise that the reader has started, or a locked sheet. */
export interface ExerciseStatus {
  /** How many hints may be given. */
  readonly hints: number;
  /** Of a locked sheet: its score and hints, line by line. */
  readonly sheet?: readonly string[];
}

/** A network without errors, and a worker that computes on it; to be disposed. */
export class ToolNetwork {
  private readonly compute: Compute;
  private judged: Promise<Judgment> | undefined;
  private solved = false;
  private locked: Lock | undefined;
  /** J before the first step of the run that was on last. */
  lossBefore: number | undefined;
  /** Of the newest epoch. */
  validationLoss: number | undefined;

  private constructor(
    readonly opened: ToolFile,
    readonly network: Network,
    private readonly data: Dataset | undefined,
    startWorker: StartWorker,
  ) {
    const ignore = (): void => undefined;
    const trained = ({ epochs }: { epochs: { loss: Float64Array; validationLoss: Float64Array } }): void => {
      this.lossBefore ??= epochs.loss[0];
      this.validationLoss = epochs.validationLoss.at(-1) ?? this.validationLoss;
    };
    this.compute = new Compute(
      startWorker,
      { trained, checked: ignore, judged: ignore },
      () => this.hides,
      () => this.lock.hidden.forward,
    );
  }

  /** Throws a `ToolError` with every problem where the file has errors. */
  static open(opened: ToolFile, startWorker: StartWorker): ToolNetwork {
    const { network, data, problems } = opened.content;
    if (!network) throw new ToolError(problemLines(opened.file, opened.text, problems));
    return new ToolNetwork(opened, network, data, startWorker);
  }

  /** The worker's methods; while an exercise hides gradients, those that would reveal one are refused. */
  get remote(): Remote<Questions> {
    return this.compute.on({ revision: 0, network: this.network, data: this.data });
  }

  /** Throws a `ToolError` where the file has no data, and so no J. */
  requireSamples(): Samples {
    if (this.data) return this.data.training;
    throw new ToolError([
      `${this.opened.file}:1:1: error no-data: the file has no “data”, so it has no J and no gradients`,
    ]);
  }

  get hasData(): boolean {
    return this.data !== undefined;
  }

  /** The exercise that hides the gradients; undefined where none does, or it is solved. */
  async exercise(): Promise<ExerciseStatus | undefined> {
    const { claims, source, exercise } = this.opened.content;
    const sheet = askedSheet({ ...this.opened.content, network: this.network });
    if (exercise && sheet && this.lock.hidden.backward) {
      const answers = answersIn(this.opened.content);
      const { questions } = sheet;
      const judgment = await this.remote.sheet({ theta: this.network.theta, exercise, questions, answers });
      return { hints: hintsAllowed(exercise), sheet: [scoreOf(judgment), ...hintsOf(judgment, exercise)] };
    }
    if (!this.hides) return undefined;
    const judged = await this.judgeOwn();
    const asked = claims.length + source.openClaims.length;
    this.solved = asked > 0 && judged.claims.filter(isRight).length === asked;
    return this.solved ? undefined : { hints: Infinity };
  }

  /** What the judge says of the claims in the file. */
  judgeOwn(): Promise<Judgment> {
    this.judged ??= this.judge(this.opened.content.claims, false);
    return this.judged;
  }

  judge(claims: readonly PlacedClaim[], computed: boolean): Promise<Judgment> {
    return this.remote.claims({ theta: this.network.theta, claims, computed });
  }

  /** θ_ij^(l) as `l,i,j` names it. Throws a `ToolError` where the network has no such parameter. */
  parameter(text: string): ParameterId {
    const [layer = NaN, to = NaN, from = NaN] = text.split(',').map(Number);
    within(() => requireParameter(this.network, { layer, to, from }));
    return { layer, to, from };
  }

  /** A training row from 1, or all of them. Throws a `ToolError` where there is no such row. */
  sample(number: number | undefined): number | undefined {
    if (number !== undefined) within(() => requireSample(this.requireSamples(), number));
    return number;
  }

  dispose(): void {
    this.compute.dispose();
  }

  /** Of a sheet that locks itself. */
  private get lock(): Lock {
    this.locked ??= lockOf({ ...this.opened.content, network: this.network });
    return this.locked;
  }

  private get hides(): boolean {
    if (this.lock.hidden.backward) return true;
    return this.opened.hidden && this.hasData && !this.solved;
  }
}

function scoreOf({ answers }: SheetJudgment): string {
  const count = (wanted: string): string => String(answers.filter(({ state }) => state === wanted).length);
  return `exercise: ${count('right')} of ${String(answers.length)} answers are right, ${count('open')} still open; values stay hidden until all are`;
}

function within(check: () => unknown): void {
  try {
    check();
  } catch (error) {
    throw error instanceof RangeError ? new ToolError([error.message]) : error;
  }
}
