import type { Diagnosis, JudgedClaim } from '../core/mistakes/claims';
import type { SheetJudgment } from '../core/exercise/judge';
import { isSolved } from '../core/exercise/sheet';
import { sameParameter, type ParameterId } from '../core/network';
import type { PlacedClaim, Problem } from '../format';
import type { Orientation } from '../format/gradients';
import type { ClaimSlice, ExerciseSlice } from '../protocol';
import { ChannelClosed } from '../channel';
import { isUnwanted, type Compute } from './compute';
import type { OpenText } from './editor';
import { Emitter, together, type Disposable } from './emitter';
import { type Lock, UNLOCKED, answersIn, askedSheet, lockOf } from './sheet';
import type { NetworkText, ReadText } from './text';

/** A file of gradients that was judged. */
export interface JudgedFile {
  readonly uri: string;
  readonly name: string;
  readonly verdicts: readonly PlacedClaimVerdict[];
  readonly diagnosis: Diagnosis | null;
  /** What the claims have their places in; undefined for a binary file. */
  readonly text: string | undefined;
  /** Which way round its square matrices stand, where the reader was asked. */
  readonly orientation: Orientation | undefined;
}

/** A file of gradients that cannot be judged, and why. */
export interface RefusedFile {
  readonly uri: string;
  readonly text: string;
  readonly problems: readonly Problem[];
}

/** A claim with its place in the text, and what the judge says of it. */
export interface PlacedClaimVerdict {
  readonly claim: PlacedClaim;
  readonly judged: JudgedClaim;
}

/**
 * Compares the gradients that a text claims with the exact ones whenever it is read, and says whether gradients are hidden
 * until all claims are correct.
 */
export class Grading implements Disposable {
  private readonly judgedEmitter = new Emitter<void>();
  private readonly hidEmitter = new Emitter<void>();
  private readonly solvedEmitter = new Emitter<void>();
  private readonly subscriptions: Disposable;
  private judged: readonly JudgedClaim[] = [];
  private asked = 0;
  private hiding = false;
  private lock = UNLOCKED;
  private disposed = false;

  /** There are new verdicts. */
  readonly onDidJudge = this.judgedEmitter.event;
  /** Gradients are hidden now, or shown again. */
  readonly onDidHide = this.hidEmitter.event;
  /** All answers of a sheet that was locked are right. */
  readonly onDidSolve = this.solvedEmitter.event;
  /** Of every answer of a text that asks for more than ∂J/∂θ; undefined where it does not. */
  sheet: SheetJudgment | undefined;
  /** Of all claims of the text together. */
  diagnosis: Diagnosis | null = null;
  /** The file of gradients that was judged last, for the network as it is. */
  file: JudgedFile | undefined;
  /** That file, where it cannot be judged. */
  refused: RefusedFile | undefined;
  /** The wrong answers that were given to each question since the file was opened, by its name. */
  readonly attempts = new Map<string, Set<string>>();
  /** Rises with every judgment. */
  judgments = 0;
  /** Of the text as it was read last. */
  verdicts: readonly PlacedClaimVerdict[] = [];

  constructor(
    private readonly document: OpenText,
    private readonly text: NetworkText,
    private readonly compute: Compute,
  ) {
    this.subscriptions = together(
      text.onDidRead((read) => void this.judgeText(read)),
      text.onDidChangeModel(() => {
        this.file = undefined;
        this.refused = undefined;
      }),
    );
  }

  /** True while an exercise is on, or the text is a locked sheet: see `exerciseFilter.ts`. */
  get hidden(): boolean {
    return this.hiding || this.locked;
  }

  /** True while the reader has an exercise on. */
  get started(): boolean {
    return this.hiding;
  }

  /** True of a sheet that is not solved: only right answers show its values. */
  get locked(): boolean {
    return this.lock.hidden.backward;
  }

  /** True where forward values are hidden as well. */
  get hidesForward(): boolean {
    return this.lock.hidden.forward;
  }

  /** How far the exercise that is on has come; null where none is. */
  get exercise(): ExerciseSlice | null {
    if (!this.hidden) return null;
    const { answers } = this.lock;
    if (answers) {
      const missing = answers.filter(({ state }) => state !== 'right');
      const [next] = missing;
      return { right: answers.length - missing.length, asked: answers.length, ...(next && { next: next.name }) };
    }
    return { right: this.judged.filter(isRight).length, asked: this.asked };
  }

  /** How many answers the text asks for, given or not. */
  get questions(): number {
    return (this.lock.answers ?? this.sheet?.answers)?.length ?? this.asked;
  }

  /** How many claims are still to be filled in, while no exercise is on. */
  get open(): number {
    return this.hidden ? 0 : this.asked - this.judged.length;
  }

  /** True where every claim that the text asks for is given and right. */
  get solved(): boolean {
    const { answers } = this.lock;
    if (answers) return isSolved(answers.map(({ state }) => state));
    return this.asked > 0 && this.judged.length === this.asked && this.judged.every(isRight);
  }

  /** Takes verdicts; `asked` counts the claims that are still to be filled in as well. */
  judge(judged: readonly JudgedClaim[], asked: number): void {
    this.judged = judged;
    this.asked = asked;
    this.notify();
  }

  /** Takes the judgment of a file of gradients. */
  judgeFile(file: JudgedFile): void {
    this.file = file;
    this.refused = undefined;
    this.notify();
  }

  /** Takes a file of gradients that cannot be judged. */
  refuseFile(file: RefusedFile): void {
    this.file = undefined;
    this.refused = file;
    this.notify();
  }

  /** Withdraws what was said of the file of gradients: it is gone, or has become something else. */
  withdrawFile(): void {
    this.file = undefined;
    this.refused = undefined;
    this.notify();
  }

  /** Hides the gradients, or shows them again. */
  hide(hidden: boolean): void {
    if (hidden === this.hiding) return;
    this.hiding = hidden;
    this.hidEmitter.fire();
  }

  /** What there is to say about a claim that is wrong; in an exercise no more than what kind of mistake it is. */
  remarkOn({ diagnosis, hint }: JudgedClaim): string | null {
    return (this.hidden ? hint : diagnosis?.message) ?? null;
  }

  /** The claim for this parameter, for the panel. */
  claimFor(parameter: ParameterId | null): ClaimSlice | null {
    const claim = parameter ? this.judged.find((one) => sameParameter(one.parameter, parameter)) : undefined;
    return claim ? { claimed: claim.claimed, remark: this.remarkOn(claim), location: claim.location } : null;
  }

  dispose(): void {
    this.disposed = true;
    together(this.subscriptions, this.judgedEmitter, this.hidEmitter, this.solvedEmitter).dispose();
  }

  private async judgeText(read: ReadText): Promise<void> {
    const {
      version,
      file: { network, claims, source },
    } = read;
    const { own } = this.text;
    // Before anything is computed of the text: nothing of a locked sheet is to come through.
    const sheetFile = network && { ...read.file, network, ...(own?.model.data && { data: own.model.data }) };
    if (sheetFile) this.setLock(lockOf(sheetFile));
    const asked = sheetFile && askedSheet(sheetFile);
    let judged: readonly JudgedClaim[] = [];
    let diagnosis: Diagnosis | null = null;
    let sheet: SheetJudgment | undefined;
    if (network && own?.model.data && (claims.length > 0 || asked)) {
      try {
        const worker = this.compute.on(own.model);
        const about = { theta: own.theta, requester: 'text' };
        const both = await Promise.all([
          claims.length > 0 ? worker.claims({ ...about, claims }) : undefined,
          asked &&
            worker.sheet({
              ...about,
              exercise: asked.exercise,
              questions: asked.questions,
              answers: answersIn(read.file),
            }),
        ]);
        judged = both[0]?.claims ?? [];
        diagnosis = both[0]?.diagnosis ?? null;
        sheet = both[1];
      } catch (error) {
        if (!isUnwanted(error)) throw error;
        // The worker was ended with a run that was stopped: another one will do.
        if (error instanceof ChannelClosed && !this.disposed) await this.judgeText(read);
        return;
      }
    }
    // What was judged in an older text is not said about a newer one, nor about one that was closed meanwhile.
    if (this.document.version !== version || this.disposed) return;
    this.verdicts = verdictsOf(claims, judged);
    if (network) this.sheet = sheet;
    if (sheet) this.count(sheet);
    this.diagnosis = diagnosis;
    // A text with an error is judged when it is fixed; until then the last score stands.
    if (network) this.judge(judged, claims.length + source.openClaims.length);
    else this.notify();
  }

  /** Every other wrong answer that was given to a question since the file was opened. */
  private count({ answers }: SheetJudgment): void {
    for (const { name, state, given } of answers) {
      if (state !== 'wrong' || !given) continue;
      const texts = this.attempts.get(name) ?? new Set();
      this.attempts.set(name, texts.add(given.text));
    }
  }

  private setLock(lock: Lock): void {
    const [was, before] = [this.hidden, this.lock];
    this.lock = lock;
    if (this.hidden !== was || lock.hidden.forward !== before.hidden.forward) this.hidEmitter.fire();
    if (before.hidden.backward && lock.answers && !lock.hidden.backward) this.solvedEmitter.fire();
  }

  private notify(): void {
    this.judgments++;
    this.judgedEmitter.fire();
  }
}

/** Each claim with what was said of it, as far as that goes. */
export function verdictsOf(claims: readonly PlacedClaim[], judged: readonly JudgedClaim[]): PlacedClaimVerdict[] {
  return claims.flatMap((claim, at) => {
    const one = judged[at];
    return one ? [{ claim, judged: one }] : [];
  });
}

/** True of a claim that the judge finds right. */
export function isRight({ verdict }: JudgedClaim): boolean {
  return verdict === 'correct';
}
