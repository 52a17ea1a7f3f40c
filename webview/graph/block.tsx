import type { Column } from './layout';

/** The frame of a layer that is a block of cells; the cells lie on the canvas beneath. */
export function BlockShape({ column: { block, x, width } }: { readonly column: Column }) {
  if (!block) return null;
  return <rect class="block-frame" x={x} y={block.top} width={width} height={block.down * block.cell} />;
}
