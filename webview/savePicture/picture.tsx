import type { ComponentChildren, RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { drawingOf } from './drawing';
import { PictureMenu } from './pictureMenu';

interface PictureProps {
  /** What it is a picture of, as the name of the file has it. */
  readonly of: string;
  /** Of its element. */
  readonly class: string;
  readonly frame?: RefObject<HTMLDivElement | null>;
  readonly children: ComponentChildren;
}

/** What is drawn, and its legend, with the menu to take them along in its corner. */
export function Picture({ of, class: name, frame, children }: PictureProps) {
  const own = useRef<HTMLDivElement>(null);
  const root = frame ?? own;
  return (
    <div class={`picture ${name}`} ref={root}>
      <div class="plot-menu">
        <PictureMenu of={of} draw={() => root.current && drawingOf(root.current)} />
      </div>
      {children}
    </div>
  );
}
