import { useMemo } from 'preact/hooks';
import { useTheme } from '../theme';
import type { Column } from './layout';
import { scaleOf } from './scale';

interface BlockProps {
  readonly column: Column;
  /** One number a unit; undefined where the file has no data. */
  readonly values: Float64Array | undefined;
}

/** Blocks of up to so many cells have lines between them. */
const LINED = 4096;
/** Pixels of the picture for a cell, its line included. */
const CELL = 6;

/** A layer as a block of cells in the colours of its activations: one picture, however many there are. */
export function BlockShape({ column, values }: BlockProps) {
  const theme = useTheme();
  const { block, units } = column;
  const picture = useMemo(
    () => (block && values ? paint(values, units, block.across, block.down, colours()) : undefined),
    [values, units, block?.across, block?.down, theme],
  );
  if (!block) return null;
  const frame = { x: column.x, y: block.top, width: column.width, height: block.down * block.cell };
  return (
    <g>
      {picture && <image class="cells" href={picture} {...frame} preserveAspectRatio="none" />}
      <rect class="block-frame" {...frame} />
    </g>
  );
}

type Rgb = readonly [number, number, number];

interface Colours {
  readonly none: Rgb;
  readonly positive: Rgb;
  readonly negative: Rgb;
}

function paint(
  values: Float64Array,
  units: number,
  across: number,
  down: number,
  { none, positive, negative }: Colours,
): string {
  const lined = units <= LINED;
  const pixels = lined ? CELL : 1;
  const canvas = document.createElement('canvas');
  canvas.width = across * pixels;
  canvas.height = down * pixels;
  const context = canvas.getContext('2d');
  if (!context) return '';
  const scale = scaleOf(values);
  for (let unit = 0; unit < units; unit++) {
    const t = scale.at(values[unit] ?? 0);
    const end = t < 0 ? negative : positive;
    const [r, g, b] = none.map((from, k) => Math.round(from + Math.abs(t) * ((end[k] ?? 0) - from)));
    context.fillStyle = `rgb(${String(r)} ${String(g)} ${String(b)})`;
    const side = lined ? CELL - 1 : 1;
    context.fillRect((unit % across) * pixels, Math.floor(unit / across) * pixels, side, side);
  }
  return canvas.toDataURL();
}

/** The theme's colours as numbers: drawn on a canvas of one pixel and read back, whatever notation they are in. */
function colours(): Colours {
  const probe = document.createElement('i');
  document.body.append(probe);
  const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', {
    willReadFrequently: true,
  });
  const read = (variable: string): Rgb => {
    probe.style.color = `var(${variable})`;
    if (!context) return [0, 0, 0];
    context.fillStyle = getComputedStyle(probe).color;
    context.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b];
  };
  const all = { none: read('--cell'), positive: read('--positive'), negative: read('--negative') };
  probe.remove();
  return all;
}
