import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import { subscript } from '../../src/core/notation';
import { convention, layerKind, showCount, showShort } from '../names';
import { type Column, type GraphLayout, isFoldable, shownUnits, size } from './layout';
import { outlet } from './edges';
import type { Lit } from './marks';

/** Above each column: its number, its name or kind, and how many units it has. */
export function Headings({ layout, model }: { readonly layout: GraphLayout; readonly model: ModelSlice }) {
  const y = layout.bounds.top + 12;
  return (
    <g class="headings" aria-hidden="true">
      {layout.columns.map((column) => {
        const { layer, x, width, units } = column;
        const { name = '' } = model.network.layers[layer - 1] ?? {};
        // A layer that is called “input” need not be told to be one.
        const kind = [layerKind(model.network, layer)].filter((word) => word !== name);
        const words = [...(isFoldable(column) ? [showCount(units)] : []), ...kind];
        return (
          <g key={layer} transform={`translate(${String(x + width / 2)} ${String(y)})`}>
            <text class="heading">{name || `layer ${String(layer)}`}</text>
            <text class="heading-kind" y={14}>
              {words.join(' · ')}
            </text>
          </g>
        );
      })}
    </g>
  );
}

interface GapProps {
  readonly column: Column;
  readonly first: number;
  readonly last: number;
  readonly y: number;
}

/** The row that stands for folded units. */
export function GapShape({ column: { x, width }, first, last, y }: GapProps) {
  const count = last - first + 1;
  return (
    <g class="gap" transform={`translate(${String(x + width / 2)} ${String(y)})`}>
      <rect x={-width / 2} y={-size.gap / 2} width={width} height={size.gap} rx={size.gap / 2} />
      <text y={4}>{width < 80 ? `⋯ ${showCount(count)}` : `… ${showCount(count)} more …`}</text>
    </g>
  );
}

interface LossProps {
  readonly layout: GraphLayout;
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  readonly lit: Lit | undefined;
}

/** J, or E of the chosen sample. */
export function LossShape({ layout, model, values, lit }: LossProps) {
  const { left } = convention(model.network, values?.sample ?? null);
  const { analysis } = values ?? {};
  // In the slow motion, J is known when the outputs are.
  const value = analysis?.units.a.at(-1)?.length ? analysis.loss : undefined;
  return (
    <g transform={`translate(${String(layout.loss.x)} ${String(layout.loss.y)})`}>
      <rect class={lit?.loss ? 'half loss-node lit' : 'half loss-node'} y={-24} width={size.loss} height={48} rx={10} />
      <g class="unit-text">
        <text class="loss-name" x={size.loss / 2} y={value === undefined ? 5 : -4}>
          {left}
        </text>
        {value !== undefined && (
          <text class="value" x={size.loss / 2} y={14}>
            {showShort(value)}
          </text>
        )}
      </g>
    </g>
  );
}

interface TargetsProps {
  readonly layout: GraphLayout;
  /** One sample's y. */
  readonly targets: Float64Array | undefined;
  readonly labels: (unit: number) => string | undefined;
}

/** From each output a line to the loss. */
export function TargetLines({ layout }: Pick<TargetsProps, 'layout'>) {
  return (
    <g aria-hidden="true">
      {outlets(layout).map(({ unit, x, y }) => (
        <line key={unit} class="edge to-loss" x1={x} y1={y} x2={layout.loss.x} y2={layout.loss.y} />
      ))}
    </g>
  );
}

/** Beside each output what it should be, and its name. */
export function Targets({ layout, targets, labels }: TargetsProps) {
  return (
    <g class="targets" aria-hidden="true">
      {outlets(layout).flatMap(({ unit, x, y }) => {
        const target = targets?.[unit - 1];
        const label = labels(unit);
        // The name stands above y.
        const lines = [
          ...(target === undefined ? [] : [`y${subscript(String(unit))} = ${showShort(target)}`]),
          ...(label ? [shortened(label)] : []),
        ];
        const isAbove = y <= layout.loss.y;
        return lines.map((text, at) => (
          <TargetLabel
            key={`${String(unit)} ${text}`}
            text={text}
            x={x + 6}
            y={isAbove ? y - 6 - 13 * at : y + 14 + 13 * (lines.length - 1 - at)}
          />
        ));
      })}
    </g>
  );
}

function outlets({ columns }: GraphLayout) {
  const column = columns.at(-1);
  if (!column) return [];
  return shownUnits(column)
    .slice(0, MOST_TARGETS)
    .flatMap((unit) => {
      const from = outlet(column, unit);
      return from ? [{ unit, ...from }] : [];
    });
}

/** One line of text beside an output, on an opaque background. */
function TargetLabel({ text, x, y }: { readonly text: string; readonly x: number; readonly y: number }) {
  return (
    <g class="target-label">
      <rect x={x} y={y - 9} width={text.length * TARGET_CHARACTER + 4} height={12} rx={2} />
      <text class="target" x={x + 2} y={y}>
        {text}
      </text>
    </g>
  );
}

/** The width of a letter of a target, and the letters for which there is room before the loss. */
const TARGET_CHARACTER = 6.1;
const TARGET_LETTERS = Math.floor((size.targets - 12) / TARGET_CHARACTER);

function shortened(label: string): string {
  return label.length > TARGET_LETTERS ? `${label.slice(0, TARGET_LETTERS - 1)}…` : label;
}

/** Outputs that are joined to the loss one by one; an unfolded layer may have thousands. */
const MOST_TARGETS = 200;
