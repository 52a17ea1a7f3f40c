import type { RefObject } from 'preact';
import { drawingOf } from './drawing';
import { PictureMenu } from './pictureMenu';

interface PlotMenuProps {
  /** What the plot is of, in a word. */
  readonly of: string;
  readonly frame: RefObject<HTMLElement | null>;
}

/** In the corner of a plot: copies or saves the plot. */
export function PlotMenu({ of, frame }: PlotMenuProps) {
  return (
    <div class="plot-menu">
      <PictureMenu of={of} draw={() => frame.current && drawingOf(frame.current)} />
    </div>
  );
}
