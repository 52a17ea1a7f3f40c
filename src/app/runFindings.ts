import { watchingCourse } from '../core/doctor/watching';
import type { RunFinding } from '../protocol';
import type { Model } from './compute';
import type { RunLog } from './runLog';

/** The epochs of a run are looked at after so many for the first time, and whenever they have doubled. */
const FIRST_LOOK = 32;

/** What is going wrong in a run: what the worker sees at θ, and what the run's curve shows. */
export class RunFindings {
  private seen: readonly RunFinding[] = [];
  /** Epochs after the run's start when its curve is looked at next. */
  private nextLook = FIRST_LOOK;

  get all(): readonly RunFinding[] {
    return this.seen;
  }

  /** A run begins, or one of another time is taken back with what was found in it. */
  begin(known: readonly RunFinding[] = []): void {
    this.seen = known;
    this.nextLook = FIRST_LOOK;
  }

  /** Adds what is new: a run that was taken up is looked at again. */
  add(findings: readonly RunFinding[]): void {
    const isNew = ({ code, layer, units }: RunFinding): boolean =>
      !this.seen.some((known) => known.code === code && (known.layer === layer || units.length === 0));
    const news = findings.filter(isNew);
    if (news.length > 0) this.seen = [...this.seen, ...news];
  }

  /** Looks at the curve where it has grown enough. */
  follow(model: Model, log: RunLog): void {
    const start = log.starts.at(-1)?.epoch ?? 0;
    const newest = log.series?.newest ?? NaN;
    for (; start + this.nextLook <= newest; this.nextLook *= 2) this.look(model, log, start + this.nextLook);
  }

  /** Looks at the curve up to an epoch. */
  look({ network }: Model, { series, starts }: RunLog, epoch: number): void {
    const rows = series?.rows(starts.at(-1)?.epoch, epoch);
    if (rows) this.add(watchingCourse({ network, rows }).map((found) => ({ ...found, epoch })));
  }
}
