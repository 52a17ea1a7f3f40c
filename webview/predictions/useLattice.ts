import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Network } from '../../src/core/network';
import { outputsAt } from '../../src/core/predictions';
import { runToEnd } from '../../src/core/check/steps';
import { type Lattice, latticeInputs, sideFor } from './lattice';

/** Multiply-adds of a picture that is drawn at once, and of one that is drawn when θ has stood still for a moment. */
const AT_ONCE = 2e6;
const AT_REST = 1e8;
/** Milliseconds: how long that moment is (more than between two reports of training), and work at a stretch. */
const MOMENT = 80;
const STRETCH = 8;

type Extent = { readonly from: number; readonly to: number };

/**
 * The outputs over one or two inputs at this θ: coarse while it changes, fine once it has stood still. `most` are the
 * places along a side that are worth drawing.
 */
export function useLattice(
  network: Network,
  theta: Float64Array,
  stretches: readonly Extent[],
  [most, finest]: readonly [number, number],
): Lattice {
  const ends = stretches.map(({ from, to }) => [from, to] as const);
  function* lattice(side: number): Generator<void, Lattice> {
    return { side, outputs: yield* outputsAt(network, theta, latticeInputs(ends, side)) };
  }
  const sides = [sideFor(network, ends.length, AT_ONCE, most), sideFor(network, ends.length, AT_REST, finest)] as const;
  return useCoarseToFine(lattice, sides, [network, theta, ends.join()]);
}

/** What `compute` gives for the first of two numbers of places along a side at once, and for the second when `inputs` have rested. */
export function useCoarseToFine<T>(
  compute: (side: number) => Generator<void, T>,
  [coarse, finest]: readonly [number, number],
  inputs: readonly unknown[],
): T {
  const atOnce = useMemo(() => ({ value: runToEnd(compute(coarse)) }), inputs);
  const [fine, setFine] = useState({ of: atOnce, value: atOnce.value });

  useEffect(() => {
    if (finest <= coarse) return;
    const steps = compute(finest);
    const goOn = (): void => {
      const started = performance.now();
      while (performance.now() - started < STRETCH) {
        const { done, value } = steps.next();
        if (!done) continue;
        setFine({ of: atOnce, value });
        return;
      }
      timer = setTimeout(goOn);
    };
    let timer = setTimeout(goOn, MOMENT);
    return () => {
      clearTimeout(timer);
    };
  }, [atOnce]);
  return fine.of === atOnce ? fine.value : atOnce.value;
}
