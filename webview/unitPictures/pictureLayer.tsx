import { useLayoutEffect, useRef } from 'preact/hooks';
import type { LayerLayout } from '../../src/core/network';
import { useColours } from '../color';
import type { Camera, Viewport } from '../graph/camera';
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

/**
 * The pictures of all units on one canvas beneath the graph: a move draws them anew, and nothing else; while a run goes on, only those
 * that are new are drawn, since what was drawn has to be put on the screen again.
 */
export function PictureLayer({ layout, blocks, pictures, camera, viewport }: PictureLayerProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = useColours();
  const last = useRef<readonly unknown[]>([]);
  const drawn = useRef<ReadonlySet<UnitPicture>>(new Set());
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context) return;
    const ratio = devicePixelRatio;
    const placed = placesOf(layout, blocks, pictures);
    const draw = ({ x, y, scale }: Camera, isWanted: (picture: UnitPicture) => boolean): void => {
      for (const { picture, box } of placed) {
        if (!isWanted(picture)) continue;
        // Whole pixels: what is drawn anew covers exactly what was there.
        const [left, right] = [box.left, box.left + box.width].map((at) =>
          Math.round((at * scale + x) * ratio),
        ) as Ends;
        const [top, bottom] = [box.top, box.top + box.height].map((at) => Math.round((at * scale + y) * ratio)) as Ends;
        const place = { left, top, width: right - left, height: bottom - top };
        context.clearRect(left, top, place.width, place.height);
        drawPicture(context, picture, place, colours);
      }
    };
    camera.underlay.current = (at) => {
      context.clearRect(0, 0, viewport.width * ratio, viewport.height * ratio);
      draw(at, () => true);
    };
    const before = drawn.current;
    drawn.current = new Set(placed.map(({ picture }) => picture));
    const ground = [layout, blocks, viewport, colours, ratio];
    if (placed.length === before.size && ground.every((part, at) => part === last.current[at])) {
      draw(camera.get(), (picture) => !before.has(picture));
      return;
    }
    last.current = ground;
    canvas.current.width = Math.round(viewport.width * ratio);
    canvas.current.height = Math.round(viewport.height * ratio);
    camera.underlay.current(camera.get());
  }, [layout, blocks, pictures, viewport, colours]);
  return <canvas class="pictures" ref={canvas} aria-hidden="true" />;
}

type Ends = [number, number];

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
