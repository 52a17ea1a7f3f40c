import type { Ref } from 'preact';
import { useMemo } from 'preact/hooks';
import { SHOWN } from '../../src/core/doctor/finding';
import type { LayerLayout, ParameterId } from '../../src/core/network';
import type { ModelSlice, UnitValues, ValuesSlice } from '../../src/protocol';
import { showCount, showsMeans, unitLabel } from '../names';
import { useHostState } from '../panel';
import { byInputs, describeItem, sentence } from './describe';
import { EdgeLines, EdgeNames, RouteLines } from './edgeLines';
import { edgeLabels } from './edgeLabels';
import { type Edge, edgeOf } from './edges';
import { GapShape, Headings, LossShape, TargetLines, Targets } from './headings';
import { type GraphItem, edgeKey, keyOf, sameItem } from './items';
import { type Column, type GraphLayout, shownUnits, unitAt } from './layout';
import type { Lit, RouteMarks } from './marks';
import { boxOf } from './place';
import { type ColorScale, scaleOf } from './scale';
import { BiasShape, type DetailLevel, UnitShape } from './unitShapes';
import type { Spreads } from '../unitPictures/useSpreads';
import type { UnitWords } from '../unitPictures/words';

interface GraphContentProps {
  readonly world: Ref<SVGGElement>;
  readonly layout: GraphLayout;
  readonly blocks: readonly LayerLayout[];
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  readonly targets: Float64Array | undefined;
  readonly detail: DetailLevel;
  readonly edges: readonly Edge[];
  /** What colours the edges: θ or ∂J/∂θ. */
  readonly edgeValues: Float64Array;
  readonly scale: ColorScale;
  readonly selected: ParameterId | null;
  readonly marks: RouteMarks | undefined;
  readonly lit: Lit | undefined;
  /** All edges of the unit that is pointed at. */
  readonly fan: readonly Edge[];
  /** What is pointed at. */
  readonly hovered: GraphItem | null;
  /** What has the graph's one tab stop. */
  readonly current: GraphItem;
  readonly focused: boolean;
  readonly digits: number;
  /** Of means: how z and a are spread over the samples. */
  readonly spreads: Spreads | null;
  readonly words: UnitWords;
}

/** Everything of the graph that moves with it. Layers that did not change are not looked at again. */
export function GraphContent(props: GraphContentProps) {
  const { world, layout, blocks, model, values, detail, edges, edgeValues, scale, selected, marks, lit, fan } = props;
  const { hovered, current, focused, targets, digits, spreads, words } = props;
  const { network } = model;

  const base = useMemo(() => <EdgeLines edges={edges} values={edgeValues} scale={scale} />, [edges, edgeValues, scale]);
  const names = useMemo(() => {
    const important = new Set([...(marks?.edges.keys() ?? []), ...(selected ? [edgeKey(selected)] : [])]);
    return detail === 'full' && <EdgeNames labels={edgeLabels(layout, network, edges, edgeValues, important)} />;
  }, [detail, layout, network, edges, edgeValues, marks, selected]);
  const fanLines = useMemo(() => <EdgeLines edges={fan} values={edgeValues} scale={scale} />, [fan, edgeValues, scale]);
  const units = useMemo(
    () => <Units {...{ layout, model, values, detail, marks, lit, current, digits, spreads, words }} />,
    [layout, model, values, detail, marks, lit, current, digits, spreads, words],
  );
  const line = (id: ParameterId | null | undefined, name: string) => {
    const edge = id ? edgeOf(layout, blocks, id) : undefined;
    return (
      edge && (
        <line
          key={edgeKey(edge.parameter)}
          class={name}
          x1={edge.from.x}
          y1={edge.from.y}
          x2={edge.to.x}
          y2={edge.to.y}
        />
      )
    );
  };
  const ring = focused ? boxOf(layout, blocks, current) : undefined;
  // Of a block, the one cell that has the focus is an element.
  const cell =
    current.kind === 'unit' && current.unit > 0 && layout.columns[current.layer - 1]?.block ? current : undefined;
  const cellBox = cell && boxOf(layout, blocks, cell);

  return (
    <g ref={world} class={marks ? 'world routed' : fan.length > 0 ? 'world fanned' : 'world'}>
      <Headings layout={layout} model={model} />
      <TargetLines layout={layout} />
      {marks && <RouteLines layout={layout} blocks={blocks} marks={marks} />}
      <g class="edges">{base}</g>
      {fan.length > 0 && <g class="fan">{fanLines}</g>}
      {!marks && line(selected, 'edge-selected')}
      {[...new Map(lit?.edges.map((id) => [edgeKey(id), id])).values()].map((id) => line(id, 'edge-lit'))}
      {hovered?.kind === 'edge' && line(hovered.parameter, 'edge-hovered')}
      {names}
      {detail === 'full' && (
        <Targets layout={layout} targets={targets} labels={(unit) => unitLabel(model, layout.columns.length, unit)} />
      )}
      {units}
      <g class="item" {...stop({ kind: 'loss' }, props)}>
        <LossShape layout={layout} model={model} values={values} lit={lit} />
      </g>
      {current.kind === 'edge' && (
        <g class="item" {...stop(current, props)}>
          {line(current.parameter, focused ? 'edge-focused' : 'edge-stop')}
        </g>
      )}
      {markedCells(layout, hovered, selected).map((item) => {
        const box = boxOf(layout, blocks, item);
        return (
          box && (
            <rect key={keyOf(item)} class="cell-mark" x={box.left} y={box.top} width={box.width} height={box.height} />
          )
        );
      })}
      {cell && cellBox && (
        <g class="item" {...stop(cell, props)}>
          <rect class="cell-stop" x={cellBox.left} y={cellBox.top} width={cellBox.width} height={cellBox.height} />
        </g>
      )}
      {ring && current.kind !== 'edge' && (
        <rect
          class="focus-ring"
          x={ring.left - 5}
          y={ring.top - 5}
          width={ring.width + 10}
          height={ring.height + 10}
          rx={13}
        />
      )}
    </g>
  );
}

/** The units' values, with ∂E/∂x in the place of δ of layer 1 where a sample is selected. */
function withInputs(model: ModelSlice, values: ValuesSlice | null): UnitValues | undefined {
  const units = values?.analysis?.units;
  const ofInputs = byInputs(model, values);
  return units && ofInputs ? { ...units, delta: [ofInputs, ...units.delta.slice(1)] } : units;
}

/** An activation that is no more than this is rounding, and not colored. */
const NOTHING = Float64Array.of(1e-6);

type UnitsProps = Pick<
  GraphContentProps,
  'layout' | 'model' | 'values' | 'detail' | 'marks' | 'lit' | 'current' | 'digits' | 'spreads' | 'words'
>;

function Units(props: UnitsProps) {
  const { layout, model, values, detail, marks, lit, current, digits, spreads, words } = props;
  const deltaScale = useMemo(() => scaleOf(...(values?.analysis?.units.delta ?? [])), [values]);
  const shown = useMemo(() => withInputs(model, values), [model, values]);
  const activationScales = useMemo(() => (values?.analysis?.units.a ?? []).map((a) => scaleOf(a, NOTHING)), [values]);
  const mean = showsMeans(model, values?.sample ?? null);
  return (
    <g>
      {layout.columns.flatMap((column) => {
        const { layer } = column;
        const zRange = mean && spreads ? rangeOfZ(column, spreads) : nowhere;
        const single = column.block ? (column.biasY === undefined ? [] : [0]) : shownUnits(column);
        const units = single.map((unit) => {
          const item: GraphItem = { kind: 'unit', layer, unit };
          return (
            <g key={keyOf(item)} class="item" {...stop(item, { model, values, current, digits, words })}>
              {unit === 0 ? (
                <BiasShape column={column} lit={lit} />
              ) : (
                <UnitShape
                  {...{ layout, column, unit, deltaScale, marks, lit }}
                  activationScale={activationScales[layer - 1] ?? deltaScale}
                  label={unitLabel(model, layer, unit)}
                  units={shown}
                  mean={mean}
                  spread={mean ? spreads?.of(layer, unit) : undefined}
                  zRange={zRange}
                  detail={detail}
                />
              )}
              {unit > 0 && <UnitWarning column={column} unit={unit} />}
            </g>
          );
        });
        const folds = column.rows.map((row) => {
          if (row.kind === 'unit') return null;
          const item: GraphItem = { kind: 'gap', layer, first: row.first };
          return (
            <g key={keyOf(item)} class="item" {...stop(item, { model, values, current, digits, words })}>
              <GapShape column={column} {...row} />
            </g>
          );
        });
        const cells = column.block && <BlockShape key={`block-${String(layer)}`} column={column} />;
        return [...units, ...folds, cells];
      })}
    </g>
  );
}

const nowhere: readonly [number, number] = [NaN, NaN];

/** The least and the greatest z of all units of a column that are drawn. */
function rangeOfZ(column: Column, spreads: Spreads): readonly [number, number] {
  let [from, to] = [Infinity, -Infinity];
  for (const unit of shownUnits(column)) {
    const [least = NaN, , , , greatest = NaN] = spreads.of(column.layer, unit)?.z ?? [];
    if (Number.isFinite(least + greatest)) [from, to] = [Math.min(from, least), Math.max(to, greatest)];
  }
  return [from, to];
}

/** The item, if it is a unit in a layer next to a block; null otherwise, so that blocks are not painted at every move. */
export function besideBlock(layout: GraphLayout, item: GraphItem | null): GraphItem | null {
  if (item?.kind !== 'unit') return null;
  return layout.columns[item.layer - 2]?.block || layout.columns[item.layer]?.block ? item : null;
}

/** Cells of blocks that are pointed at, or that the chosen weight joins. */
function markedCells({ columns }: GraphLayout, hovered: GraphItem | null, selected: ParameterId | null): GraphItem[] {
  const ends: GraphItem[] = selected
    ? [
        { kind: 'unit', layer: selected.layer, unit: selected.from },
        { kind: 'unit', layer: selected.layer + 1, unit: selected.to },
      ]
    : [];
  const all = hovered && !ends.some((end) => sameItem(end, hovered)) ? [...ends, hovered] : ends;
  return all.filter((item) => item.kind === 'unit' && item.unit > 0 && columns[item.layer - 1]?.block);
}

/** What makes an item a stop of the keyboard, with its name for screen readers. */
function stop(
  item: GraphItem,
  { current, ...shown }: Pick<GraphContentProps, 'model' | 'values' | 'current' | 'digits' | 'words'>,
) {
  const pressable = item.kind === 'gap' || item.kind === 'edge';
  return {
    'data-key': keyOf(item),
    // In small letters: the names of attributes have a case in SVG.
    tabindex: sameItem(item, current) ? 0 : -1,
    role: pressable ? ('button' as const) : ('img' as const),
    'aria-label': sentence(describeItem(item, shown)),
  };
}

/** The frame of a layer that is a block of cells; the cells lie on the canvas beneath. */
function BlockShape({ column: { block, x, width } }: { readonly column: Column }) {
  if (!block) return null;
  return <rect class="block-frame" x={x} y={block.top} width={width} height={block.down * block.cell} />;
}

/** A sign at a unit that the run has found dead, saturated or not finite. */
function UnitWarning({ column, unit }: { readonly column: Column; readonly unit: number }) {
  const finding = useHostState(({ training }) =>
    training.findings.find(({ layer, units }) => layer === column.layer && units.includes(unit)),
  );
  const at = unitAt(column, unit);
  if (!finding || !at) return null;
  const words = SHOWN[finding.code].ofUnit ?? '';
  return (
    <g class="unit-warning" transform={`translate(${String(column.x + column.width)} ${String(at.y - 12)})`}>
      <title>{`${words} since epoch ${showCount(finding.epoch)}`}</title>
      <path d="M0 -7 7 5H-7z" />
      <text y={3.5}>!</text>
    </g>
  );
}
