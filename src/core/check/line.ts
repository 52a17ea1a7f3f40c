/** A function along one line, and the breaks that a step along it passes. */

/** A place where a difference quotient breaks: a unit, or the residual of an output, at which a derivative jumps. */
export interface Break {
  readonly kind: 'unit' | 'loss';
  readonly layer: number;
  readonly unit: number;
}

/** What the function gains by a step, with what was met on the way. */
export interface Gain {
  readonly value: number;
  /** How far off the nearest break is that the step passes; the whole step where it passes none. */
  readonly clear: number;
  readonly passed: Break | undefined;
  /** How many quantities begin exactly on a break, and one of them. */
  readonly starts: number;
  readonly startedOn: Break | undefined;
}

export interface Line {
  /** |z| where it begins: what z + step is rounded by. */
  readonly z: number;
  /** What an ordinary step is measured by: 1 for a z, whose functions all turn within about 1. */
  readonly scale: number;
  gain(step: number): Gain;
}

/** Watches quantities for the places where they break, one step after the other. */
export class BreakWatch {
  private fraction = 1;
  private passed: Break | undefined;
  private starts = 0;
  private startedOn: Break | undefined;

  begin(): void {
    this.fraction = 1;
    this.passed = undefined;
    this.starts = 0;
    this.startedOn = undefined;
  }

  /** Notes the breaks that lie between two values of the same quantity; `unit` counts from 0. */
  watch(kind: Break['kind'], layer: number, unit: number, breaks: readonly number[], from: number, to: number): void {
    for (const at of breaks) {
      const before = from - at;
      const after = to - at;
      if (before === 0 && after !== 0) {
        this.starts++;
        this.startedOn = { kind, layer, unit: unit + 1 };
      } else if ((before < 0 && after > 0) || (before > 0 && after < 0)) {
        // Where the quantity moves in proportion to the step, it passes the break at this fraction of it.
        const fraction = before / (before - after);
        if (fraction < this.fraction) {
          this.fraction = fraction;
          this.passed = { kind, layer, unit: unit + 1 };
        }
      }
    }
  }

  /** The gain of a step, with what was watched since it began. */
  end(value: number, step: number): Gain {
    const { passed, starts, startedOn } = this;
    return { value, clear: this.fraction * Math.abs(step), passed, starts, startedOn };
  }
}
