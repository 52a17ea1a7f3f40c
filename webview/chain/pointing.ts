import type { LocalDerivative, PathNode } from '../../src/core/chain';
import { factorSymbol, quantityName } from '../../src/core/notation';
import { usePanel } from '../panel';
import { useStore } from '../store';

/** What a part of a formula stands for in the graph. */
export type Target = { readonly factor: LocalDerivative } | { readonly node: PathNode };

/** While the part is pointed at, or has the focus, what it stands for is lit in the graph and wherever else it is written. */
export function usePointing(target: Target) {
  const { pointer } = usePanel();
  const lit = useStore(pointer, ({ factor, node }) =>
    'factor' in target
      ? factor !== null && factorSymbol(factor) === factorSymbol(target.factor)
      : node !== undefined && node !== null && quantityName(node) === quantityName(target.node),
  );
  const point = (): void => {
    pointer.set('factor' in target ? { factor: target.factor } : { node: target.node });
  };
  const leave = (): void => {
    pointer.set({ factor: null, node: null });
  };
  return { lit, handlers: { onPointerEnter: point, onPointerLeave: leave, onFocus: point, onBlur: leave } };
}
