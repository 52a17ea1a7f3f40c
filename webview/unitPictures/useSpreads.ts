import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { BINS, QUANTILES, type UnitId, type UnitSpreads } from '../../src/core/unitSpread';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import { useAnswer } from '../answer';
import { usePanel, useHostState } from '../panel';

/** How a unit's z and a are spread over the samples. */
export interface UnitQuartiles {
  /** The least value, the quartiles and the greatest. */
  readonly z: Float64Array;
  readonly a: Float64Array;
  /** a's histogram and its ends. */
  readonly counts: Uint32Array;
  readonly from: number;
  readonly to: number;
}

export interface Spreads {
  /** Over how many of the samples. */
  readonly rows: number;
  of(layer: number, unit: number): UnitQuartiles | undefined;
}

/** Multiply-adds while training runs, and milliseconds from one to the next: about 2 % of a thread. At rest. */
const WORK = { running: 6e6, rest: 3e8 } as const;
const INTERVAL = 400;
/** Units that are asked about. */
const MOST_UNITS = 1000;

/** The spreads of these units at the newest θ; those of the θ before until they are known. null where there is nothing to ask. */
export function useSpreads(model: ModelSlice, values: ValuesSlice | null, units: readonly UnitId[]): Spreads | null {
  const { host } = usePanel();
  const running = useHostState(({ training }) => training.status === 'running');
  // Whichever sample is selected, the samples are the same.
  const theta = useSettled(values?.theta, running ? INTERVAL : 0);
  const version = useRef({ theta, count: 0 });
  if (version.current.theta !== theta) version.current = { theta, count: version.current.count + 1 };
  const asked = useMemo(() => units.slice(0, MOST_UNITS), [units]);
  const names = useMemo(() => asked.map(({ layer, unit }) => `${String(layer)} ${String(unit)}`), [asked]);
  const wanted = asked.length > 0 && model.samples > 1 && theta !== undefined;
  const work = running ? WORK.running : WORK.rest;
  const { value } = useAnswer(
    wanted ? `${String(model.revision)} ${names.join()}` : null,
    `${String(version.current.count)} ${String(work)}`,
    () => host.unitSpreads({ revision: model.revision, units: asked, work }),
  );
  return useMemo(() => (value ? spreadsOf(value, names) : null), [value, names]);
}

function spreadsOf({ rows, z, a, counts, ranges }: UnitSpreads, names: readonly string[]): Spreads {
  const order = new Map(names.map((name, n) => [name, n]));
  return {
    rows,
    of: (layer, unit) => {
      const n = order.get(`${String(layer)} ${String(unit)}`);
      if (n === undefined) return undefined;
      return {
        z: z.subarray(n * QUANTILES, (n + 1) * QUANTILES),
        a: a.subarray(n * QUANTILES, (n + 1) * QUANTILES),
        counts: counts.subarray(n * BINS, (n + 1) * BINS),
        from: ranges[2 * n] ?? NaN,
        to: ranges[2 * n + 1] ?? NaN,
      };
    },
  };
}

/** The value, which changes no more often than every `interval` milliseconds. */
export function useSettled<T>(value: T, interval: number): T {
  const [settled, setSettled] = useState(() => value);
  const newest = useRef(value);
  newest.current = value;
  const waiting = interval > 0 && value !== settled;
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => {
      setSettled(() => newest.current);
    }, interval);
    return () => {
      clearTimeout(timer);
    };
  }, [waiting, interval]);
  useEffect(() => {
    if (interval === 0) setSettled(() => value);
  }, [interval, value]);
  return interval === 0 ? value : settled;
}
