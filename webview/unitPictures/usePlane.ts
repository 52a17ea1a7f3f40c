import { useRef } from 'preact/hooks';
import { forward } from '../../src/core/backprop';
import type { Network } from '../../src/core/network';
import type { Predictions } from '../../src/core/predictions';
import { passCost } from '../../src/core/predictions';
import type { UnitId } from '../../src/core/unitSpread';
import type { ModelSlice } from '../../src/protocol';
import { useAnswer } from '../answer';
import { usePanel, useHostState } from '../panel';
import { equalScales, type InputInterval, stretchOf } from '../predictions/domain';
import { latticeInputs, sideFor } from '../predictions/lattice';
import { useCoarseToFine } from '../predictions/useLattice';
import { useSettled } from './useSpreads';

/** z and a of units over the plane of the two inputs: place by place as in predictions/lattice.ts. */
export interface UnitPlane {
  readonly side: number;
  /** Each unit's, in the order that they were asked for in. */
  readonly units: readonly { readonly z: Float64Array; readonly a: Float64Array }[];
  /** Output k of place p at p · s_L + k. */
  readonly outputs: Float64Array;
}

/** What a plane stands on: the two inputs' stretches, and whether the targets are classes. */
export interface PlaneGround {
  readonly across: InputInterval;
  readonly up: InputInterval;
  readonly predictions: Predictions;
}

/** The ground of the planes; null where they are not wanted, or what the data is like is not known yet. */
export function usePlaneGround(model: ModelSlice, wanted: boolean): PlaneGround | null {
  const { host } = usePanel();
  const subject = wanted && model.samples > 0 ? String(model.revision) : null;
  // Neither the inputs nor whether targets are classes depends on θ: once is enough.
  const { value } = useAnswer(subject, 0, () => host.predictions({ revision: model.revision, rows: 0 }));
  const predictions = value ?? (model.samples === 0 ? noData : null);
  if (!wanted || !predictions) return null;
  const [across, up] = equalScales(stretchOf(model, predictions, 1), stretchOf(model, predictions, 2), 1);
  return { across, up, predictions };
}

const none = new Float64Array(0);
const noData: Predictions = {
  classes: null,
  training: {
    count: 0,
    confusion: null,
    meanSquares: none,
    inputRanges: none,
    rows: { samples: none, inputs: none, targets: none, outputs: none },
  },
  validation: null,
};

/** Multiply-adds at once and at rest; numbers kept at once and at rest; places along a side that are worth drawing. */
const WORK = [6e5, 4e7] as const;
const NUMBERS = [6e4, 6e5] as const;
const PLACES = [32, 110] as const;
/**
 * Milliseconds from one picture to the next while training runs: at least so many times as long as working it out takes, since drawing
 * them must not hold up the epochs, and no more than the last.
 */
const INTERVAL = { least: 100, times: 30, most: 400 } as const;
/** Multiply-adds between two steps. */
const STEP = 2 ** 18;

/** The units over the plane at this θ: coarse while it changes or training runs, fine once it has stood still. */
export function usePlane(
  network: Network,
  newest: Float64Array,
  ground: PlaneGround | null,
  units: readonly UnitId[],
): UnitPlane | null {
  const running = useHostState(({ training }) => training.status === 'running');
  const took = useRef(0);
  const interval = Math.min(INTERVAL.most, Math.max(INTERVAL.least, INTERVAL.times * took.current));
  const theta = useSettled(newest, running ? interval : 0);
  const ends = ground ? [ground.across, ground.up].map(({ from, to }) => [from, to] as const) : [];
  const side = (at: 0 | 1): number =>
    Math.min(sideFor(network, 2, WORK[at], PLACES[at]), Math.floor(Math.sqrt(NUMBERS[at] / Math.max(1, units.length))));
  return useCoarseToFine(
    function* (places) {
      const begun = performance.now();
      const plane = yield* overPlane(network, theta, ends, places, units);
      took.current = performance.now() - begun;
      return plane;
    },
    [Math.max(12, side(0)), Math.max(12, side(running ? 0 : 1))],
    [network, theta, ends.join(), units],
  );
}

function* overPlane(
  network: Network,
  theta: Float64Array,
  ends: readonly (readonly [number, number])[],
  side: number,
  ids: readonly UnitId[],
): Generator<void, UnitPlane | null> {
  if (ends.length !== 2 || ids.length === 0) return null;
  const inputs = latticeInputs(ends, side);
  const places = side * side;
  const sL = network.layers.at(-1)?.units ?? 0;
  const units = ids.map(() => ({ z: new Float64Array(places), a: new Float64Array(places) }));
  const outputs = new Float64Array(places * sL);
  const cost = passCost(network);
  let pass: ReturnType<typeof forward> | undefined;
  let work = 0;
  for (let place = 0; place < places; place++) {
    pass = forward(network, theta, inputs.subarray(2 * place, 2 * place + 2), pass);
    for (const [n, { layer, unit }] of ids.entries()) {
      const values = units[n];
      if (!values) continue;
      values.z[place] = pass.z[layer - 1]?.[unit - 1] ?? NaN;
      values.a[place] = pass.a[layer - 1]?.[unit - 1] ?? NaN;
    }
    outputs.set(pass.a.at(-1) ?? none, place * sL);
    work += cost;
    if (work > STEP) {
      work = 0;
      yield;
    }
  }
  return { side, units, outputs };
}
