import { Button, IconButton } from '../controls';
import { usePanel, useView } from '../panel';
import { type GraphLayout, isFoldable } from './layout';
import type { CameraControl } from './useCamera';

/** Buttons over the graph: zoom, and fold what was unfolded. */
export function GraphTools({ camera, layout }: { readonly camera: CameraControl; readonly layout: GraphLayout }) {
  const { view } = usePanel();
  const unfolded = useView((state) => state.unfolded);
  const foldable = layout.columns.some((column) => isFoldable(column) && unfolded.includes(column.layer));
  const press = (key: string) => () => {
    camera.onKey(key);
  };
  return (
    <div class="graph-tools" role="group" aria-label="Graph">
      {foldable && (
        <Button
          label="Fold"
          title="Fold wide layers"
          onClick={() => {
            view.set({ unfolded: [], camera: null });
          }}
        />
      )}
      <IconButton label="Zoom in" title="Zoom in (+)" icon="plus" onClick={press('+')} />
      <IconButton label="Zoom out" title="Zoom out (−)" icon="minus" onClick={press('-')} />
      <IconButton label="Show the whole network" title="Show the whole network (0)" icon="fit" onClick={press('0')} />
    </div>
  );
}
