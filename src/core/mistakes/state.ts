/** How far a search has come on the way back, and which mistakes were made on it. */

import type { LayerClaims } from './claimSet';
import { ANY, type Interval } from './match';
import type { WayBack } from './row';
import type { Chosen } from './solution';

/** A program as far as it was followed. */
export interface State {
  readonly way: WayBack;
  readonly chosen: readonly Chosen[];
  /** How many more mistakes there may be. */
  readonly left: number;
  readonly missed: readonly number[];
  /** How many more wrong claims may stay unexplained. */
  readonly allowed: number;
}

/** The state with δ^(l). */
export function withDelta({ way, ...rest }: State, l: number, delta: Float64Array): State {
  const deltas = way.deltas.slice();
  deltas[l - 1] = delta;
  return { way: { ...way, deltas }, ...rest };
}

/** The state with ∂E/∂a^(l). */
export function withSignal({ way, ...rest }: State, l: number, signal: Float64Array): State {
  const signals = way.signals.slice();
  signals[l - 1] = signal;
  return { way: { ...way, signals }, ...rest };
}

/** The state in which these wrong claims of a layer stay unexplained. */
export function missing(state: State, { layout }: LayerClaims, missed: readonly number[]): State {
  if (missed.length === 0) return state;
  const all = [...state.missed, ...missed.map((k) => layout.weights + k)];
  return { ...state, missed: all, allowed: state.allowed - missed.length };
}

/** The state with the mistake placed at l as well; undefined where no more mistakes are to be made. */
export function choose(
  state: State,
  choice: Omit<Chosen, 'layers' | 'interval'> & { readonly interval?: Interval },
  l: number,
  chosen?: Chosen,
): State | undefined {
  const interval = choice.interval ?? ANY;
  if (chosen) {
    const same = { ...chosen, interval, layers: [...chosen.layers, l] };
    return { ...state, chosen: state.chosen.map((other) => (other === chosen ? same : other)) };
  }
  if (state.left === 0) return undefined;
  const { row, detail, part, rank } = choice;
  const fresh: Chosen = { row, detail, part, rank, interval, layers: [l] };
  return { ...state, chosen: [...state.chosen, fresh], left: state.left - 1 };
}
