import { useEffect, useRef, useState } from 'preact/hooks';
import { moved, type Plane, type PlaneKind, type PlaneWindow } from '../../src/core/landscape';
import { passCost } from '../../src/core/predictions';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import { usePanel } from '../panel';
import type { Grid } from './bands';

/** What is known so far of J over a plane. */
export interface Landscape {
  readonly plane: Plane;
  /** The θ that it goes through. */
  readonly theta: Float64Array;
  readonly window: PlaneWindow;
  /** J; null before the coarsest lattice is there. */
  readonly grid: Grid | null;
  /** J along each direction alone. */
  readonly lines: readonly [LossLine, LossLine] | null;
}

export interface LossLine {
  readonly steps: Float64Array;
  readonly losses: Float64Array;
}

export interface LandscapeAnswer {
  readonly landscape: Landscape | undefined;
  readonly error: string | undefined;
  /** True while the picture becomes finer. */
  readonly busy: boolean;
  readonly cancel: () => void;
}

/** Places along a side, coarse to fine: each lattice holds the one before. */
const SIDES = [9, 17, 33, 65];
/** Multiply-adds of the finest lattice: about a second. */
const FINEST_WORK = 2.5e9;
/** Of one question: so long does the worker not listen to the next. */
const QUESTION_WORK = 2e8;
/** Places of the picture in one dimension. */
const LINE = 81;

/**
 * J over the plane of this kind through θ, its window made larger or smaller by `zoom`: first coarse, then finer. Asked anew where `subject`, which names all
 * that it depends on, is another; with `subject` null nothing is asked.
 */
export function useLandscape(
  subject: string | null,
  { model, values }: { readonly model: ModelSlice; readonly values: ValuesSlice | null },
  { kind, seed, zoom }: { readonly kind: PlaneKind; readonly seed: number; readonly zoom: number },
): LandscapeAnswer {
  const { host } = usePanel();
  const [state, setState] = useState<Omit<LandscapeAnswer, 'cancel'> & { readonly subject: string | null }>({
    subject: null,
    landscape: undefined,
    error: undefined,
    busy: false,
  });
  const stop = useRef<() => void>(() => undefined);

  useEffect(() => {
    const theta = values?.theta;
    if (subject === null || !theta) return undefined;
    let isWanted = true;
    const tell = (landscape: Landscape | undefined, busy: boolean, error?: string): void => {
      if (isWanted) setState({ subject, landscape, error, busy });
    };
    const { revision } = model;
    const work = passCost(model.network) * model.samples;
    const look = async (): Promise<void> => {
      const plane = await host.plane({ revision, kind, seed });
      const [across, up] = [plane.across.direction, plane.up.direction];
      const window = zoomed(plane.window, zoom);
      /** J at these places, in questions that the worker answers in a moment; undefined once nobody wants it. */
      const ask = async (places: Float64Array): Promise<Float64Array | undefined> => {
        const most = 2 * Math.max(1, Math.floor(QUESTION_WORK / work));
        const losses = new Float64Array(places.length / 2);
        for (let from = 0; from < places.length && isWanted; from += most) {
          losses.set(await host.losses({ revision, across, up, places: places.slice(from, from + most) }), from / 2);
        }
        return isWanted ? losses : undefined;
      };
      let landscape: Landscape = { plane, theta, window, grid: null, lines: null };
      tell(landscape, true);
      if (plane.up.is !== 'none') {
        for (const side of SIDES) {
          if (side > 17 && side * side * work > FINEST_WORK) break;
          const grid = await finer(landscape.grid, side, window, ask);
          if (!grid) return;
          landscape = { ...landscape, grid };
          tell(landscape, true);
          if (side === 9) landscape = { ...landscape, lines: await linesOf(window, ask) };
        }
      } else landscape = { ...landscape, lines: await linesOf(window, ask) };
      tell(landscape, false);
    };
    stop.current = () => {
      setState((now) => ({ ...now, busy: false }));
      isWanted = false;
      // A plane may wait for a run that is trained once more.
      void host.leave('plane');
      void host.leave('losses');
    };
    tell(undefined, true);
    look().catch((error: unknown) => {
      if (isWanted) setState((now) => ({ ...now, busy: false, error: messageOf(error) }));
    });
    return () => {
      isWanted = false;
    };
  }, [subject]);

  const { landscape, error, busy } = state;
  const isOwn = state.subject === subject;
  return {
    landscape,
    error: isOwn ? error : undefined,
    busy: isOwn && busy,
    cancel: () => {
      stop.current();
    },
  };
}

/** θ at a place of the plane. */
export function thetaAt({ theta, plane }: Landscape, alpha: number, beta: number): Float64Array {
  return moved(theta, [plane.across.direction, plane.up.direction], alpha, beta);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function zoomed({ across, up }: PlaneWindow, zoom: number): PlaneWindow {
  const scaled = ([from, to]: readonly [number, number]): [number, number] => {
    const [middle, half] = [(from + to) / 2, (2 ** zoom * (to - from)) / 2];
    return [middle - half, middle + half];
  };
  return { across: scaled(across), up: scaled(up) };
}

type Ask = (places: Float64Array) => Promise<Float64Array | undefined>;

/** The lattice of `side` places along each side: what `coarse` has is not asked for again. */
async function finer(
  coarse: Grid | null,
  side: number,
  { across, up }: PlaneWindow,
  ask: Ask,
): Promise<Grid | undefined> {
  const values = new Float64Array(side * side).fill(NaN);
  const step = coarse ? (side - 1) / (coarse.side - 1) : 0;
  const missing: number[] = [];
  for (let at = 0; at < values.length; at++) {
    const [x, y] = [at % side, Math.floor(at / side)];
    if (coarse && x % step === 0 && y % step === 0) {
      values[at] = coarse.values[(y / step) * coarse.side + x / step] ?? NaN;
    } else missing.push(at);
  }
  const places = Float64Array.from(
    missing.flatMap((at) => [
      between(across, (at % side) / (side - 1)),
      between(up, Math.floor(at / side) / (side - 1)),
    ]),
  );
  const losses = await ask(places);
  if (!losses) return undefined;
  for (const [n, at] of missing.entries()) values[at] = losses[n] ?? NaN;
  return { side, values };
}

async function linesOf({ across, up }: PlaneWindow, ask: Ask): Promise<[LossLine, LossLine] | null> {
  const steps = (range: readonly [number, number]): Float64Array =>
    Float64Array.from({ length: LINE }, (_, n) => between(range, n / (LINE - 1)));
  const [right, upward] = [steps(across), steps(up)];
  const along = await ask(Float64Array.from([...right].flatMap((step) => [step, 0])));
  const rising = along && (await ask(Float64Array.from([...upward].flatMap((step) => [0, step]))));
  return rising
    ? [
        { steps: right, losses: along },
        { steps: upward, losses: rising },
      ]
    : null;
}

/** The place at a share of a range. */
export function between([from, to]: readonly [number, number], share: number): number {
  return from + (to - from) * share;
}
