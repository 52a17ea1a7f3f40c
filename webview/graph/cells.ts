import type { LayerLayout } from '../../src/core/network';
import type { UnitValues } from '../../src/protocol';
import type { GraphItem } from './items';
import type { Column } from './layout';

/**
 * What colours the cells of a block: the activations of its units, or while a unit of the next or the previous layer is
 * pointed at, the weights (or derivatives) between that unit and each cell, which is the pattern that the unit looks for.
 */
export function cellValues(
  { layer, units }: Pick<Column, 'layer' | 'units'>,
  pointed: GraphItem | null,
  blocks: readonly LayerLayout[],
  edgeValues: Float64Array,
  values: UnitValues | undefined,
): Float64Array | undefined {
  if (pointed?.kind === 'unit' && pointed.unit > 0 && pointed.layer === layer + 1) {
    const block = blocks[layer - 1];
    const start = (block?.weights ?? 0) + (pointed.unit - 1) * units;
    return edgeValues.subarray(start, start + units);
  }
  if (pointed?.kind === 'unit' && pointed.layer === layer - 1) {
    const block = blocks[layer - 2];
    if (!block) return undefined;
    const { weights, biases, columns } = block;
    if (pointed.unit === 0) return biases < 0 ? undefined : edgeValues.subarray(biases, biases + units);
    return Float64Array.from({ length: units }, (_, k) => edgeValues[weights + k * columns + pointed.unit - 1] ?? 0);
  }
  return values?.a[layer - 1];
}
