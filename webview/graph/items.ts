import type { ParameterId } from '../../src/core/network';

/** A thing of the graph that can be pointed at, have the focus, or be lit. Unit 0 of a layer is its bias neuron. */
export type GraphItem =
  | { readonly kind: 'unit'; readonly layer: number; readonly unit: number }
  /** `anchor`: the end that the reader came from, around which the arrow keys turn. */
  | { readonly kind: 'edge'; readonly parameter: ParameterId; readonly anchor: 'from' | 'to' }
  /** Folded units, from `first` on. */
  | { readonly kind: 'gap'; readonly layer: number; readonly first: number }
  | { readonly kind: 'loss' };

/** A name of the item that is unique in its graph; an edge has the same from either end. */
export function keyOf(item: GraphItem): string {
  switch (item.kind) {
    case 'unit':
      return `unit-${String(item.layer)}-${String(item.unit)}`;
    case 'edge':
      return edgeKey(item.parameter);
    case 'gap':
      return `gap-${String(item.layer)}-${String(item.first)}`;
    case 'loss':
      return 'loss';
  }
}

export function edgeKey({ layer, to, from }: ParameterId): string {
  return `edge-${String(layer)}-${String(to)}-${String(from)}`;
}

/** The item with this key; undefined for anything else. */
export function itemOfKey(key: string): GraphItem | undefined {
  const [kind, ...indices] = key.split('-');
  const [layer = 0, second = 0, third = 0] = indices.map(Number);
  if (kind === 'unit') return { kind, layer, unit: second };
  if (kind === 'gap') return { kind, layer, first: second };
  if (kind === 'edge') return { kind, parameter: { layer, to: second, from: third }, anchor: 'from' };
  return kind === 'loss' ? { kind } : undefined;
}

/** True where both are the same thing of the graph, or both are nothing. */
export function sameItem(a: GraphItem | null, b: GraphItem | null): boolean {
  return a === null || b === null ? a === b : keyOf(a) === keyOf(b);
}
