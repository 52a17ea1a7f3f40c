import type { JudgedClaim } from '../core/mistakes/claims';
import { sameParameter, type ParameterId } from '../core/network';
import type { ClaimSlice, ExerciseSlice } from '../protocol';
import { Emitter, together, type Disposable } from './emitter';

/** What the judge says of the gradients that a text claims, and whether gradients are hidden until all of them are right. */
export class Grading implements Disposable {
  private readonly judgedEmitter = new Emitter<void>();
  private readonly hidEmitter = new Emitter<void>();
  private judged: readonly JudgedClaim[] = [];
  private asked = 0;
  private hiding = false;

  /** There are new verdicts. */
  readonly onDidJudge = this.judgedEmitter.event;
  /** Gradients are hidden now, or shown again. */
  readonly onDidHide = this.hidEmitter.event;

  /** True while an exercise is on: see `gate.ts`. */
  get hidden(): boolean {
    return this.hiding;
  }

  /** How far the exercise that is on has come; null where none is. */
  get exercise(): ExerciseSlice | null {
    const right = this.judged.filter(({ verdict }) => verdict === 'correct').length;
    return this.hiding ? { right, asked: this.asked } : null;
  }

  /** True where every claim that the text asks for is given and right. */
  get solved(): boolean {
    return this.asked > 0 && this.judged.length === this.asked && this.judged.every(isRight);
  }

  /** `asked` counts the claims that are still to be filled in as well. */
  judge(judged: readonly JudgedClaim[], asked: number): void {
    this.judged = judged;
    this.asked = asked;
    this.judgedEmitter.fire();
  }

  /** Hides the gradients, or shows them again. */
  hide(hidden: boolean): void {
    if (hidden === this.hiding) return;
    this.hiding = hidden;
    this.hidEmitter.fire();
  }

  /** What there is to say about a claim that is wrong; in an exercise no more than what kind of slip it is. */
  remarkOn({ diagnosis, hint }: JudgedClaim): string | null {
    return (this.hiding ? hint : diagnosis?.message) ?? null;
  }

  /** The claim for this parameter, for the panel. */
  claimFor(parameter: ParameterId | null): ClaimSlice | null {
    const claim = parameter ? this.judged.find((one) => sameParameter(one.parameter, parameter)) : undefined;
    return claim ? { claimed: claim.claimed, remark: this.remarkOn(claim), mark: claim.mark } : null;
  }

  dispose(): void {
    together(this.judgedEmitter, this.hidEmitter).dispose();
  }
}

/** True of a claim that the judge finds right. */
export function isRight({ verdict }: JudgedClaim): boolean {
  return verdict === 'correct';
}
