import type { RefObject } from 'preact';
import type { ModelSlice } from '../../src/protocol';
import { Button, Choice, IconButton } from '../controls';
import { usePanel, useView } from '../panel';
import { drawingOf } from '../savePicture/drawing';
import { PictureMenu } from '../savePicture/pictureMenu';
import { hasPictures } from '../unitPictures/kinds';
import { type GraphLayout, isFoldable } from './layout';
import type { CameraControl } from './useCamera';

interface GraphToolsProps {
  readonly model: ModelSlice;
  readonly camera: CameraControl;
  readonly layout: GraphLayout;
  /** What is to be seen of the graph. */
  readonly frame: RefObject<HTMLElement | null>;
}

/** Buttons over the graph: numbers or pictures, zoom, and fold what was unfolded. */
export function GraphTools({ model, camera, layout, frame }: GraphToolsProps) {
  const { view } = usePanel();
  const drawn = layout.columns.some(({ picture }) => picture);
  const unfolded = useView((state) => state.unfolded);
  const foldable = layout.columns.some((column) => isFoldable(column) && unfolded.includes(column.layer));
  const press = (key: string) => () => {
    camera.onKey(key);
  };
  return (
    <div class="graph-tools" role="group" aria-label="Graph">
      {hasPictures(model) && (
        <Choice
          label="Units as"
          options={[
            { value: 'numbers', text: 'numbers' },
            { value: 'pictures', text: 'pictures' },
          ]}
          value={drawn ? 'pictures' : 'numbers'}
          onChange={(units) => {
            view.set({ units, camera: null });
          }}
        />
      )}
      {foldable && (
        <Button
          label="Fold"
          title="Fold wide layers"
          onClick={() => {
            view.set({ unfolded: [], camera: null });
          }}
        />
      )}
      <PictureMenu of="graph" hasValues draw={(values) => frame.current && drawingOf(frame.current, values)} />
      <IconButton label="Zoom in" title="Zoom in (+)" icon="plus" onClick={press('+')} />
      <IconButton label="Zoom out" title="Zoom out (−)" icon="minus" onClick={press('-')} />
      <IconButton label="Show the whole network" title="Show the whole network (0)" icon="fit" onClick={press('0')} />
    </div>
  );
}
