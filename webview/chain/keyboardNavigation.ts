import { type Network, type ParameterId, parameterIndex, parameterLayout } from '../../src/core/network';

const steps: Readonly<Partial<Record<string, Partial<ParameterId>>>> = {
  ArrowLeft: { from: -1 },
  ArrowRight: { from: 1 },
  ArrowUp: { to: -1 },
  ArrowDown: { to: 1 },
};

/**
 * The parameter that a key leads to from another: arrows to the next row or column of θ^(l), Page Up and Page Down to the
 * layer before and after, as near to the same place as there is one. Undefined where the key leads nowhere.
 */
export function keyboardNavigation(
  { layers }: Pick<Network, 'layers'>,
  id: ParameterId,
  key: string,
): ParameterId | undefined {
  const layout = parameterLayout(layers);
  const page = { PageUp: -1, PageDown: 1 }[key];
  if (page !== undefined) {
    const block = layout.layers[id.layer + page - 1];
    if (!block) return undefined;
    const least = block.biases < 0 ? 1 : 0;
    return {
      layer: id.layer + page,
      to: Math.min(id.to, block.rows),
      from: Math.max(least, Math.min(id.from, block.columns)),
    };
  }
  const step = steps[key];
  if (!step) return undefined;
  const next = { layer: id.layer, to: id.to + (step.to ?? 0), from: id.from + (step.from ?? 0) };
  return parameterIndex(layout, next) < 0 ? undefined : next;
}
