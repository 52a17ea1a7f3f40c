import { useLayoutEffect, useRef } from 'preact/hooks';
import type { LayerLayout } from '../../src/core/network';
import { useColours } from '../color';
import type { Viewport } from '../graph/camera';
import { keyOf } from '../graph/items';
import { type Box, type GraphLayout, shownUnits } from '../graph/layout';
import { boxOf } from '../graph/place';
import type { CameraControl } from '../graph/useCamera';
import { drawPicture, type UnitPicture } from './picture';
import { blockKey, type UnitPictures } from './useUnitPictures';

interface PictureLayerProps {
  readonly layout: GraphLayout;
  readonly blocks: readonly LayerLayout[];
  readonly pictures: UnitPictures;
  readonly camera: CameraControl;
  readonly viewport: Viewport;
}

/** The pictures of all units on one canvas beneath the graph: a move draws them anew, and nothing else. */
export function PictureLayer({ layout, blocks, pictures, camera, viewport }: PictureLayerProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = useColours();
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context) return;
    const ratio = devicePixelRatio;
    canvas.current.width = Math.round(viewport.width * ratio);
    canvas.current.height = Math.round(viewport.height * ratio);
    const placed = placesOf(layout, blocks, pictures);
    camera.underlay.current = ({ x, y, scale }) => {
      context.clearRect(0, 0, viewport.width * ratio, viewport.height * ratio);
      for (const { picture, box } of placed) {
        const left = (box.left * scale + x) * ratio;
        const top = (box.top * scale + y) * ratio;
        const [width, height] = [box.width * scale * ratio, box.height * scale * ratio];
        drawPicture(context, picture, { left, top, width, height }, colours);
      }
    };
    camera.underlay.current(camera.get());
  }, [layout, blocks, pictures, viewport, colours]);
  return <canvas class="pictures" ref={canvas} aria-hidden="true" />;
}

/** Each picture with its box in the graph. */
function placesOf(
  layout: GraphLayout,
  blocks: readonly LayerLayout[],
  pictures: UnitPictures,
): { readonly picture: UnitPicture; readonly box: Box }[] {
  return layout.columns.flatMap((column) => {
    const { layer, x, width, block } = column;
    const whole = pictures.get(blockKey(layer));
    if (block && whole) {
      return [{ picture: whole, box: { left: x, top: block.top, width, height: block.down * block.cell } }];
    }
    return shownUnits(column).flatMap((unit) => {
      const item = { kind: 'unit', layer, unit } as const;
      const picture = unit > 0 ? pictures.get(keyOf(item)) : undefined;
      const box = picture && boxOf(layout, blocks, item);
      if (!picture || !box) return [];
      // Between two cells of a block, a line is left free.
      const gap = block ? 0.04 * box.width : 0;
      return [
        {
          picture,
          box: {
            ...box,
            left: box.left + gap,
            top: box.top + gap,
            width: box.width - 2 * gap,
            height: box.height - 2 * gap,
          },
        },
      ];
    });
  });
}
