import { useEffect, useState } from 'preact/hooks';
import type { UnitId } from '../../src/core/unitSpread';
import type { ModelSlice } from '../../src/protocol';
import { usePanel, useHostState } from '../panel';

/** Milliseconds from one to the next. */
const INTERVAL = 90;

/**
 * The weights into units of layer 2 while a run goes on, unit after unit: sooner than the values of the whole network, which take a pass
 * over the samples. Null at rest, and while they are not `wanted`.
 */
export function useLiveWeights(
  { revision }: ModelSlice,
  units: readonly UnitId[],
  wanted: boolean,
): Float64Array | null {
  const { host } = usePanel();
  const running = useHostState(({ training }) => training.status === 'running');
  const asks = wanted && running && units.length > 0;
  const names = units.map(({ unit }) => unit).join();
  const [known, setKnown] = useState<{ readonly of: string; readonly weights: Float64Array } | null>(null);
  useEffect(() => {
    if (!asks) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const ask = (): void => {
      const begun = performance.now();
      host.weightsInto({ revision, units: names.split(',').map(Number) }).then(
        (weights) => {
          if (ended) return;
          setKnown({ of: names, weights });
          timer = setTimeout(ask, Math.max(0, INTERVAL - (performance.now() - begun)));
        },
        () => {
          // Another network is shown by now.
        },
      );
    };
    ask();
    return () => {
      ended = true;
      clearTimeout(timer);
      setKnown(null);
    };
  }, [host, revision, names, asks]);
  return known?.of === names ? known.weights : null;
}
