import type { EpochRows } from '../core/epochs';
import type { Observation } from '../core/run';
import type { RunFinding } from '../protocol';
import type { RunLog } from './runLog';

/** The epochs of a run are looked at after so many for the first time, and whenever they have doubled. */
const FIRST_LOOK = 32;

/** What is going wrong in a run: what the worker sees at θ, and what it sees in the run's curve. */
export class RunFindings {
  private seen: readonly RunFinding[] = [];
  /** Epochs after the run's start when its curve is looked at next. */
  private nextLook = FIRST_LOOK;
  /** Runs begun so far: what is seen in the curve of an earlier one comes too late. */
  private begun = 0;

  /** `watch` looks at a curve; `changed` is called where it has seen something new. */
  constructor(
    private readonly watch: (rows: EpochRows) => Promise<readonly Observation[]>,
    private readonly changed: () => void,
  ) {}

  get all(): readonly RunFinding[] {
    return this.seen;
  }

  /** A run begins, or one of another time is taken back with what was found in it. */
  begin(known: readonly RunFinding[] = []): void {
    this.seen = known;
    this.nextLook = FIRST_LOOK;
    this.begun++;
  }

  /** Adds what is new: a run that was taken up is looked at again. */
  add(findings: readonly RunFinding[]): void {
    const isNew = ({ code, layer, units }: RunFinding): boolean =>
      !this.seen.some((known) => known.code === code && (known.layer === layer || units.length === 0));
    const news = findings.filter(isNew);
    if (news.length > 0) this.seen = [...this.seen, ...news];
  }

  /** Looks at the curve where it has grown enough. */
  follow(log: RunLog): void {
    const start = log.starts.at(-1)?.epoch ?? 0;
    const newest = log.series?.newest ?? NaN;
    for (; start + this.nextLook <= newest; this.nextLook *= 2) void this.look(log, start + this.nextLook);
  }

  /** Looks at the curve up to an epoch. */
  async look({ series, starts }: RunLog, epoch: number): Promise<void> {
    const rows = series?.rows(starts.at(-1)?.epoch, epoch);
    if (!rows) return;
    const { begun } = this;
    const found = await this.watch(rows).catch(() => []);
    if (this.begun !== begun) return;
    const { seen } = this;
    this.add(found.map((one) => ({ ...one, epoch })));
    if (this.seen !== seen) this.changed();
  }
}
