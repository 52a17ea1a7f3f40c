/**
 * Every message between the panel, the extension host and the worker, as typed interfaces. `channel.ts` turns each
 * interface into messages: a method is a request with one answer, and its promise is rejected with the error of the other side.
 *
 * Everything here survives a structured clone: plain objects, typed arrays, bigint.
 */

import type { Change } from './core/doctor/changes';
import type { Exercise } from './core/exercise/exercise';
import type { SheetJudgment } from './core/exercise/judge';
import type { Question, SheetText } from './core/exercise/sheet';
import type { Analysis } from './core/backprop';
import type { Claim, Diagnosis, Judgment, Location } from './core/mistakes/claims';
import type { CheckAgainst, CheckProgress } from './core/check';
import type { StructureDifference } from './core/difference';
import type { PackedReport } from './core/check/packed';
import type { EpochRows } from './core/epochs';
import type { LayerMeasures } from './core/layerMeasures';
import type { Dataset, Network, ParameterId } from './core/network';
import type {
  BatchPlace,
  Observation,
  RateChange,
  RecordedRun,
  RunComparison,
  RunFinding,
  StopReason,
} from './core/run';
import type { PanelReadings, ReadingName, RunStart, WorkerReadings } from './readings';

export type { Analysis, UnitValues } from './core/backprop';
export type { BatchPlace, RateChange, RunFinding, StopReason } from './core/run';
export type { RunStart } from './readings';

/** An analysis as it is shown. While an exercise hides gradients, `gradient` is null and `units.delta` empty. */
export interface ShownAnalysis extends Omit<Analysis, 'gradient'> {
  readonly gradient: Float64Array | null;
}

// ── Host → worker ────────────────────────────────────────────────────────────────────────────────────────────────────

/** The worker holds one network with its data; every request names the parameters θ that it is about. */
export interface WorkerApi extends WorkerReadings {
  load(request: { network: Network; data: Dataset | undefined }): void;
  /** At the network's own θ where none is given. `sample` counts from 1; without it, J over all training samples. */
  analyse(request: { theta?: Float64Array; sample?: number }): Analysis;
  /** A verdict on each claimed ∂J/∂θ; `computed` where they come from a file of gradients: that says how far it is by `judged`. */
  claims(request: { theta: Float64Array; claims: readonly Claim[]; computed?: boolean; requester?: string }): Judgment;
  /** Judges every answer of an exercise sheet over this network; a later request of the same requester takes its place. */
  sheet(request: {
    theta: Float64Array;
    exercise: Exercise;
    questions: readonly Question[];
    answers: SheetText;
    requester?: string;
  }): SheetJudgment;
  /** Compares a run that another program recorded with training here; a later request ends it with `Superseded`. */
  compareRun(run: RecordedRun): RunComparison;
  /** This requester waits for none of its readings any more: those under way are rejected with an error named `Superseded`. */
  leave(requester: string): void;
  check(request: { theta: Float64Array; sample?: number; against?: CheckAgainst }): PackedReport;
  /** Resolves when the run ends, however it ends. */
  train(request: TrainRequest): TrainOutcome;
  /**
   * Ends `train` or `check`, or where nothing is named both, within 100 ms: the run's promise resolves with what it has, the
   * check's is rejected with an error named `Stopped`.
   */
  stop(what?: 'training' | 'check'): void;
  pause(): void;
  resume(): void;
  /** Takes a run that stands still one epoch or one mini-batch further; resolves when it stands still again or has ended. */
  step(unit: StepUnit): void;
  /**
   * What the run under way can be taken up from: its state after the newest epoch, or where one is under way, after that
   * one, when it is complete and has been reported. null where no run is on, or it ended before.
   */
  saveRun(): RunSnapshot | null;
  /** What the epochs of the run that was last on show, from its start on; nothing where there was none. */
  watchEpochs(rows: EpochRows): readonly Observation[];
  /** η of the run under way, from its next step on; null where no run is on. */
  setLearningRate(learningRate: number): RateChange | null;
  /**
   * θ after an epoch of a run, bit for bit: recomputed from the nearest recorded state where it is the run that was last
   * on here, else from its start. A later request ends it: it is rejected with an error named `Stopped`; one with a requester,
   * by a later one of that requester alone, with an error named `Superseded`.
   */
  thetaAfter(request: { run: RunStart; epoch: number; requester?: string }): Float64Array;
}

export type StepUnit = 'epoch' | 'batch';

/** Worker → host, while a request is under way. */
export interface WorkerEvents {
  trained(progress: TrainProgress): void;
  checked(progress: CheckProgress): void;
  /** What part of judging a file of gradients is done. */
  judged(progress: { part: number }): void;
}

export interface TrainRequest {
  readonly run: RunStart;
  /** Takes the run up where this state of it was saved: it goes on as if it had never stopped. */
  readonly state?: Float64Array;
  /** Epochs to run, counted from the run's start; the file's where it is left out. */
  readonly epochs?: number;
  /** The run stands still at its start, until `step` or `resume`. */
  readonly paused?: boolean;
}

/** A state of a run, complete. */
export interface RunSnapshot {
  readonly epoch: number;
  readonly theta: Float64Array;
  /** Everything that the next step depends on; to be read by a worker alone. */
  readonly state: Float64Array;
}

/** At most 30 a second, each with every epoch since the last (core/epochs.ts says which are left out of very many). */
export interface TrainProgress {
  readonly epochs: EpochRows;
  /** θ after the newest epoch, or where the run stands still within the next one, between two mini-batches, θ there. */
  readonly theta: Float64Array;
  readonly batch: BatchPlace | null;
  /** Of an epoch since the last report. */
  readonly layers: LayerMeasures | null;
  /** What is going wrong since the last report; each kind of each layer, or of gradients each kind, is told once a run. */
  readonly findings: readonly RunFinding[];
}

/** Of a run that diverged: its last finite state. */
export interface TrainOutcome {
  /** The epoch that this state is the one after. */
  readonly epoch: number;
  /** J(θ); NaN where the run was cancelled before it was first known. */
  readonly loss: number;
  readonly theta: Float64Array;
  readonly stopReason: StopReason;
}

// ── Panel → host ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** A parameter of the network of this revision; `sample` null: J over all. */
export interface DerivationSubject {
  readonly revision: number;
  readonly parameter: ParameterId;
  readonly sample: number | null;
}

export type DerivationFormat = 'latex' | 'markdown' | 'text';

/** What the panel may ask of the host. Every argument is validated before it is used. */
export interface HostApi extends PanelReadings {
  /** The panel can receive: send a whole state. */
  ready(): void;
  select(parameter: ParameterId | null): void;
  /** null: the mean of all samples. */
  selectSample(sample: number | null): void;
  /** Shows the selected parameter's number in the text editor. */
  reveal(parameter: ParameterId): void;
  /** Puts the derivation of the largest paths on the clipboard. */
  copyDerivation(request: DerivationSubject & { format: DerivationFormat }): void;
  /** Asks where to, and saves it in the format that the file's name asks for. */
  saveDerivation(request: DerivationSubject): void;
  /** The panel waits for the answer to this no more: a request under way is rejected. */
  leave(reading: ReadingName): void;
  check(request: { revision: number; sample: number | null; against: CheckAgainst }): PackedReport;
  stopCheck(): void;
  /** Asks for a file of gradients, and judges it. */
  judgeGradients(): void;
  train(): void;
  pauseTraining(): void;
  resumeTraining(): void;
  cancelTraining(): void;
  /** Takes the training, begun if need be, one epoch or one mini-batch further. */
  stepTraining(unit: StepUnit): void;
  /** η from the next step on, of a run that is under way. */
  setLearningRate(learningRate: number): void;
  /** Shows the network as it was after this epoch; null: the newest again. */
  lookAt(epoch: number | null): void;
  /** θ after this epoch of the run, to compare with what is shown. */
  thetaAt(epoch: number): Float64Array;
  /** The weights of layer 1 into these units of layer 2, from 1, of the θ that is shown: unit after unit. */
  weightsInto(request: { revision: number; units: readonly number[] }): Float64Array;
  /** Back to the file's weights, or to new random ones. */
  reset(to: 'file' | 'random'): void;
  /** Shows the network at this θ, which is written nowhere; nothing while a run is on, or an exercise hides gradients. */
  moveTo(request: { revision: number; theta: Float64Array }): void;
  writeWeights(): void;
  /** Makes the changes of a remedy in the text. */
  applyRemedy(changes: readonly Change[]): void;
  /** Saves a picture, or its numbers, where the reader chooses; `of` says in a word what it shows, for the name of the file. */
  savePicture(request: { of: string; kind: 'png' | 'svg' | 'csv'; bytes: Uint8Array }): void;
  /** Saves the numbers of every epoch of the run that is kept, as CSV, where the reader chooses. */
  saveHistory(): void;
  /** Asks what to compare with: another file, HEAD or an epoch. */
  compareWith(): void;
  /** Compares with nothing any more. */
  endComparison(): void;
  showProblems(): void;
  /** Hides the gradients until the text's claims are right. */
  startExercise(): void;
  /** Shows the gradients that an exercise hides. */
  endExercise(): void;
  /** Shows the weights of the last run again, after an edit of the text has put the text's in their place. */
  showTrained(): void;
}

// ── Host → panel ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The host keeps the whole state; the panel gets it once when it is ready and then the slices that changed. */
export interface PanelApi {
  update(slices: Partial<PanelState>): void;
  checkProgress(progress: CheckProgress): void;
  /** Epochs since the last update of the run under way. */
  trainProgress(progress: Pick<TrainProgress, 'epochs' | 'layers'>): void;
  /** Brings a view to the front, because a command or a link outside the panel asked for it. */
  show(view: PanelView): void;
}

/**
 * What the host can ask a panel to show: `check` starts the gradient check, `gradients` shows what was judged, `presentation`
 * turns large type on or off.
 */
export type PanelView = 'chain' | 'check' | 'gradients' | 'compare' | 'presentation';

export interface PanelState {
  readonly file: { readonly name: string };
  /** The reader's choices: significant digits of every number shown, 3…17. */
  readonly settings: { readonly digits: number };
  readonly notice: Notice | null;
  readonly model: ModelSlice | null;
  readonly values: ValuesSlice | null;
  readonly selection: { readonly parameter: ParameterId | null; readonly sample: number | null };
  readonly training: TrainingSlice;
  /** Every epoch of the run so far that is kept; null where there is none. */
  readonly history: EpochRows | null;
  /** The claim for the selected parameter; null where the text has none, or the weights shown are not the text's. */
  readonly claim: ClaimSlice | null;
  /** What the judge says of all claims together; null where there are none. */
  readonly gradients: GradientsSlice | null;
  /** While gradients are hidden until the text's claims are right: how far that is. */
  readonly exercise: ExerciseSlice | null;
  /** How many claims the text leaves to be filled in; 0 while an exercise is on. */
  readonly openClaims: number;
  /** Runs before this one, the oldest first, to compare with. */
  readonly earlierRuns: readonly EarlierRun[];
  /** Another network that this one is laid beside. */
  readonly comparison: ComparisonSlice | null;
}

/** Another network θ′, as far as it can be laid beside the one that is shown. */
export interface ComparisonSlice {
  /** What it is, for a person. */
  readonly name: string;
  /** θ′ in the layout of the network that is shown; NaN where the other has no such parameter. */
  readonly theta: Float64Array;
  /** J(θ′) and ∂J/∂θ′ over the data of the network that is shown; null where they are not known, or it is built differently. */
  readonly loss: number | null;
  readonly gradient: Float64Array | null;
  /** What is built differently. */
  readonly structure: readonly StructureDifference[];
  /** Every epoch of the other's own run, where one is known. */
  readonly history: EpochRows | null;
}

/** What the judge says of a ∂J/∂θ that was worked out by hand. */
export interface ClaimSlice {
  readonly claimed: number;
  /** What is wrong with it; null where it is right. */
  readonly remark: string | null;
  /** Where in the derivation the mistake lies. */
  readonly location: Location | null;
}

/** A verdict on all claims together: those in the text, or those of a file of gradients. */
export interface GradientsSlice {
  /** The name of the file of gradients; null: the claims in the text. */
  readonly file: string | null;
  /** What is wrong, in one sentence; in an exercise the kind of mistake alone. */
  readonly sentence: string;
  /** Null where nothing is wrong, and in an exercise. */
  readonly diagnosis: Diagnosis | null;
  /** Null in an exercise. */
  readonly entries: JudgedEntries | null;
}

/** In the layout of the parameter vector. */
export interface JudgedEntries {
  /** NaN where nothing is claimed. */
  readonly claimed: Float64Array;
  /** ∂J/∂θ */
  readonly gradient: Float64Array;
  /** 1 where a claim is wrong. */
  readonly wrong: Uint8Array;
}

export interface ExerciseSlice {
  readonly right: number;
  /** How many claims the text asks for, those that are still to be filled in among them. */
  readonly asked: number;
  /** Of a sheet that locks itself, which only right answers open: the first question without one. */
  readonly next?: string;
}

/** A run that has made way for another. */
export interface EarlierRun {
  /** Counted from 1. */
  readonly id: number;
  /** The settings that it ran with, in a few words: “adam, η = 0.01, batches of 32”. */
  readonly settings: string;
  readonly rows: EpochRows;
}

/** What is wrong right now, above the last good view. */
export interface Notice {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  /** Each problem of the text, as `line 3: …`. */
  readonly details: readonly string[];
  readonly actions: readonly NoticeAction[];
}

/**
 * What a notice offers: the Problems view, the trained weights that an edit has hidden, the text's network, a restored run
 * to go on with, to write to the file or to give up.
 */
export type NoticeAction = 'problems' | 'trained' | 'reset' | 'resume' | 'write' | 'discard';

/** The last network that the text held without an error. */
export interface ModelSlice {
  /** Rises with every network; requests name it, and those for an older one are refused. */
  readonly revision: number;
  readonly network: Network;
  readonly samples: number;
  /** Σ w of the samples' own weights, where the file gives them such. */
  readonly weightSum?: number;
  readonly validationSamples: number;
  readonly inputNames: readonly string[] | null;
  readonly classNames: readonly string[] | null;
  /** How the inputs were standardised; null where they are as the file has them. */
  readonly standardization: NonNullable<Dataset['standardization']> | null;
}

export interface ValuesSlice {
  /** Rises with every change of θ, data or sample. */
  readonly revision: number;
  readonly theta: Float64Array;
  /** Where θ comes from: the text, or this many epochs of training. */
  readonly epoch: number;
  readonly sample: number | null;
  /** null where the file has no data: the network can be drawn, but has no J. */
  readonly analysis: ShownAnalysis | null;
}

/** How a run ended, and in words for a person. */
export interface RunOutcome {
  readonly kind: StopReason | 'failed';
  readonly message: string;
}

export interface TrainingSlice {
  readonly status: 'idle' | 'running' | 'paused' | 'ended';
  /** How the run ended; null while it has not. */
  readonly outcome: RunOutcome | null;
  readonly totalEpochs: number;
  /** Where the run stands still within an epoch. */
  readonly batch: BatchPlace | null;
  /** η of the next step. */
  readonly learningRate: number;
  /** What has gone wrong in the run so far. */
  readonly findings: readonly RunFinding[];
  /** The epoch of the run that is shown, while the newest is another. */
  readonly lookedAt: number | null;
  /** Of the epoch looked at, once they are known. */
  readonly layers: LayerMeasures | null;
  /** True while the weights that are shown belong to no epoch of the run: an edit has put the text's in their place. */
  readonly aside: boolean;
  /** True while θ differs from the text's numbers. */
  readonly unwritten: boolean;
}
