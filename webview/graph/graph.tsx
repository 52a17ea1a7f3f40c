import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type ParameterId, parameterLayout } from '../../src/core/network';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import type { RouteLine } from '../chain/routes';
import { showCount, showsMeans } from '../names';
import { parameterDifferences } from '../compareView';
import { useLongPress, useNextTap } from '../longPress';
import { clearSelection, openChain, openInputChain, useDigits, usePanel, useHostState, useView } from '../panel';
import { useStore } from '../store';
import { type Point, toGraph, toViewport } from './camera';
import { describeItem } from './describe';
import { edgeOf, edgesOf, edgesOfUnit, nearestEdge } from './edges';
import { GraphTools } from './graphTools';
import { type GraphItem, itemOfKey, keyOf, sameItem } from './items';
import { type Box, layoutGraph, unitInBlock } from './layout';
import { GraphLegend } from './legend';
import { litBy, litByLocation, litByNode, marksOf } from './marks';
import { navigate } from './navigate';
import { boxOf, unitAround } from './place';
import { scaleOf } from './scale';
import { besideBlock, GraphContent } from './graphContent';
import { useFolding } from '../unitPictures/kinds';
import { PictureLayer } from '../unitPictures/pictureLayer';
import { useUnitPictures } from '../unitPictures/useUnitPictures';
import { Tooltip } from './tooltip';
import { type CameraControl, useCamera } from './useCamera';
import { useSize } from './useSize';

interface GraphProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  /** Of the selected parameter. */
  readonly routes: readonly RouteLine[];
  /** y of the sample on the screen, where it is one. */
  readonly targets: Float64Array | undefined;
}

/** What the pointer is over, and where it is: beside an edge, the tooltip follows the pointer. */
interface Hover {
  readonly item: GraphItem;
  readonly at: Point;
  /** By a finger or a pen that was held there: it stays until the next tap. */
  readonly held?: boolean;
}

/** Pixels around an edge in which it is meant. */
const REACH = 7;
/** The same of a finger, for which a unit is at least twice as large. */
const FINGER_REACH = 20;
const firstUnit: GraphItem = { kind: 'unit', layer: 1, unit: 1 };
const noRoutes: readonly RouteLine[] = [];

/** The network, drawn: to point at, to walk through with the arrow keys, to zoom and to pan. */
export function Graph({ model, values, routes, targets }: GraphProps) {
  const { host, view, pointer } = usePanel();
  const { network } = model;
  const selected = useHostState(({ selection }) => selection.parameter);
  const colourBy = useView((state) => state.colourBy);
  const unfolded = useView((state) => state.unfolded);
  const digits = useDigits();
  const factor = useStore(pointer, (state) => state.factor);
  const node = useStore(pointer, (state) => state.node ?? null);

  const frame = useRef<HTMLDivElement>(null);
  const viewport = useSize(frame);
  const pinned = useMemo(() => pinnedUnits(selected, routes), [selected, routes]);
  const folding = useFolding(model, pinned);
  const layout = useMemo(() => layoutGraph(network.layers, folding, viewport), [network.layers, folding, viewport]);
  const blocks = useMemo(() => parameterLayout(network.layers).layers, [network.layers]);

  const [hover, setHover] = useState<Hover | null>(null);
  const [active, setActive] = useState<GraphItem>(firstUnit);
  const [focused, setFocused] = useState(false);
  const wantsFocus = useRef(false);
  const camera = useCamera({
    frame,
    layout,
    viewport,
    onMove: () => {
      setHover(null);
    },
  });
  const { detail } = camera;

  const gradient = values?.analysis?.gradient ?? undefined;
  const byGradient = colourBy === 'gradient' && gradient !== undefined;
  const comparison = useHostState((state) => state.comparison);
  const compares = useView((state) => state.tab === 'compare');
  const difference = useMemo(
    () =>
      comparison && compares ? parameterDifferences(comparison, values, byGradient ? 'gradient' : 'weight') : null,
    [comparison, compares, values, byGradient],
  );
  const edgeValues = difference ?? (byGradient ? gradient : (values?.theta ?? network.theta));
  const scale = useMemo(() => scaleOf(edgeValues), [edgeValues]);
  const strength = useCallback((index: number) => Math.abs(edgeValues[index] ?? 0), [edgeValues]);
  const { edges, left } = useMemo(() => edgesOf(layout, blocks, strength), [layout, blocks, strength]);
  const marks = useMemo(() => (routes.length > 0 ? marksOf(selected, routes) : undefined), [selected, routes]);
  const location = useHostState(({ claim }) => claim?.location ?? null);
  const lit = useMemo(() => {
    if (factor) return litBy(factor);
    if (node) return litByNode(node);
    return location && selected ? litByLocation(network, selected, location) : undefined;
  }, [factor, node, location, selected, network]);

  const current = boxOf(layout, blocks, active) ? active : firstUnit;
  const item = hover?.item ?? (focused ? current : null);
  const fan = useMemo(
    () => (item?.kind === 'unit' ? edgesOfUnit(layout, blocks, item.layer, item.unit, strength) : []),
    [item, layout, blocks, strength],
  );
  const beside = useSameItem(besideBlock(layout, item));
  const seen = useUnitPictures(model, values, { layout, blocks, edgeValues, byGradient, beside });
  const { pictures, spreads, words } = seen;
  const symbol = byGradient ? '∂J/∂θ' : 'θ';
  const edgeName = difference ? `${symbol} − ${symbol}′` : symbol;
  const numbers = layout.columns.some(({ picture, block }) => !picture && !block);
  const about =
    hover?.item.kind === 'edge' ? pointBox(hover.at) : item && boxInViewport(boxOf(layout, blocks, item), camera);

  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    frame.current?.querySelector<SVGElement>(`[data-key="${keyOf(current)}"]`)?.focus({ preventScroll: true });
  });

  /** A unit's δ is ∂J/∂θ of its bias; without one, any weight into it leads there. An input has a chain of its own. */
  const openUnit = (layer: number, unit: number): void => {
    if (unit === 0) return;
    const from = network.layers[layer - 1]?.hasBiases ? 0 : 1;
    view.set({ reading: layer === 1 ? 'paths' : 'recursion' });
    if (layer === 1) openInputChain({ host, view }, unit);
    else openChain({ host, view }, { layer: layer - 1, to: unit, from });
  };
  const activate = (target: GraphItem): void => {
    if (target.kind === 'edge') openChain({ host, view }, target.parameter);
    if (target.kind === 'unit') openUnit(target.layer, target.unit);
    if (target.kind === 'gap') view.set({ unfolded: [...unfolded, target.layer], camera: null });
  };
  const moveTo = (target: GraphItem): void => {
    wantsFocus.current = true;
    setActive(target);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const onItem = event.target instanceof Element && event.target.hasAttribute('data-key');
    if (event.ctrlKey || event.metaKey || event.altKey || !onItem) return;
    const target = navigate(layout, current, event.key);
    if (target) {
      moveTo(target);
      const box = boxOf(layout, blocks, target);
      if (box) camera.reveal({ x: box.left + box.width / 2, y: box.top + box.height / 2 });
    } else if (event.key === 'Enter' || event.key === ' ') activate(current);
    else if (event.key === 'Escape') clearSelection({ host, view });
    else if (!camera.onKey(event.key)) return;
    event.preventDefault();
  };

  const pointOf = (event: MouseEvent): Point => {
    const bounds = frame.current?.getBoundingClientRect();
    return { x: event.clientX - (bounds?.left ?? 0), y: event.clientY - (bounds?.top ?? 0) };
  };
  const itemAt = (event: MouseEvent): GraphItem | null => {
    const element = event.target instanceof Element ? event.target : null;
    if (!element?.closest('.canvas')) return null;
    const found = itemOfKey(element.closest('[data-key]')?.getAttribute('data-key') ?? '');
    if (found && found.kind !== 'edge') return found;
    const point = toGraph(camera.get(), pointOf(event));
    for (const column of layout.columns) {
      const unit = unitInBlock(column, point);
      if (unit !== undefined) return { kind: 'unit', layer: column.layer, unit };
    }
    const isFinger = 'pointerType' in event && event.pointerType === 'touch';
    const reach = (isFinger ? FINGER_REACH : REACH) / camera.get().scale;
    const near = isFinger ? unitAround(layout, blocks, point, reach) : undefined;
    if (near) return near;
    const drawn = selected ? edgeOf(layout, blocks, selected) : undefined;
    const candidates = [...fan, ...(drawn ? [drawn] : []), ...edges];
    const edge = nearestEdge(candidates, point, reach);
    return edge ? { kind: 'edge', parameter: edge.parameter, anchor: 'from' } : null;
  };

  useLongPress((event) => {
    const held = camera.wasDragged() || !frame.current?.contains(event.target as Node) ? null : itemAt(event);
    if (held) setHover({ item: held, at: pointOf(event), held: true });
    return held !== null;
  });
  useNextTap(hover?.held === true, () => {
    setHover(null);
  });

  return (
    <div class="graph-area picture">
      <div
        class={item ? 'graph pointing' : 'graph'}
        ref={frame}
        role="application"
        aria-roledescription="network graph"
        aria-label={`${network.name}, layers of ${network.layers.map(({ units }) => showCount(units)).join(', ')} units. ${HELP}`}
        onPointerDown={camera.onPointerDown}
        onPointerUp={camera.onPointerUp}
        onPointerCancel={camera.onPointerUp}
        onPointerMove={(event) => {
          if (camera.onPointerMove(event) || event.pointerType === 'touch') return;
          const next = itemAt(event);
          if (!sameItem(next, hover?.item ?? null)) setHover(next && { item: next, at: pointOf(event) });
        }}
        onPointerLeave={() => {
          if (!hover?.held) setHover(null);
        }}
        onClick={(event) => {
          const target = camera.wasDragged() ? null : itemAt(event);
          if (!target) return;
          moveTo(target);
          activate(target);
        }}
        onKeyDown={onKeyDown}
        onFocusIn={(event) => {
          const { target } = event;
          if (!(target instanceof Element)) return;
          const reached = itemOfKey(target.getAttribute('data-key') ?? '');
          if (reached && !sameItem(reached, active)) setActive(reached);
          setFocused(reached !== undefined && target.matches(':focus-visible'));
        }}
        onFocusOut={() => {
          setFocused(false);
        }}
      >
        <PictureLayer {...{ layout, blocks, pictures, camera, viewport }} />
        <svg class={`canvas ${detail}`}>
          <GraphContent
            world={camera.world}
            hovered={hover?.item ?? null}
            {...{ layout, blocks, model, values, targets, detail, edges, edgeValues, scale, selected, marks, lit, fan }}
            {...{ current, focused, digits, spreads, words }}
          />
        </svg>
        {item && about && (
          <Tooltip
            description={describeItem(item, { model, values, digits, words })}
            picture={pictures.get(keyOf(item))}
            {...{ about, viewport }}
          />
        )}
      </div>
      <div class="graph-foot">
        <GraphLegend
          what={edgeName}
          max={scale.max}
          routes={marks ? routes : noRoutes}
          samples={numbers && values?.analysis && showsMeans(model, values.sample) ? model.samples : 1}
          left={left}
          pictures={seen.legend}
        />
        <GraphTools {...{ model, camera, layout, frame }} />
      </div>
    </div>
  );
}

/** The item itself only where it is another than before. */
function useSameItem(item: GraphItem | null): GraphItem | null {
  const last = useRef(item);
  if (!sameItem(last.current, item)) last.current = item;
  return last.current;
}

const HELP =
  'Arrow keys move between units and weights, Enter opens one, Escape clears the selection, plus and minus zoom, ' +
  '0 shows the whole network. The tabs show the same values as tables.';

/** Units that are shown although their layer is folded: the ends of the chosen weight, and those on the coloured routes. */
function pinnedUnits(selected: ParameterId | null, routes: readonly RouteLine[]): Map<number, Set<number>> {
  const pinned = new Map<number, Set<number>>();
  const pin = (layer: number, unit: number): void => {
    pinned.set(layer, (pinned.get(layer) ?? new Set()).add(unit));
  };
  if (selected) {
    pin(selected.layer, selected.from);
    pin(selected.layer + 1, selected.to);
  }
  for (const { colour, nodes } of routes) {
    if (colour !== undefined) for (const { layer, unit } of nodes) pin(layer, unit);
  }
  return pinned;
}

function pointBox({ x, y }: Point): Box {
  return { left: x - 4, top: y - 4, width: 8, height: 8 };
}

function boxInViewport(box: Box | undefined, camera: CameraControl): Box | null {
  if (!box) return null;
  const { x, y } = toViewport(camera.get(), { x: box.left, y: box.top });
  return { left: x, top: y, width: box.width * camera.get().scale, height: box.height * camera.get().scale };
}
