import type { UnitValues } from '../../src/protocol';
import { activationName, deltaName, meanName, quantityName, showShort } from '../names';
import { type Column, type GraphLayout, size, unitAt } from './layout';
import { unitKey, type Lit, type RouteMarks } from './marks';
import type { ColorScale } from './scale';
import { SpreadBox } from './spreadBox';
import type { UnitQuartiles } from '../unitPictures/useSpreads';

/** How much of a unit can be read at the present scale. */
export type DetailLevel = 'full' | 'values' | 'shapes';

const RADIUS = 9;
/** Where the tab of δ begins, which ends with z; that of an input is as wide as it. */
const TAB = 3;

interface UnitProps {
  readonly layout: GraphLayout;
  readonly column: Column;
  readonly unit: number;
  readonly label: string | undefined;
  readonly units: UnitValues | undefined;
  /** True where z and a are means. */
  readonly mean: boolean;
  /** Of means, and the ends of the scale that the layer's z are drawn on. */
  readonly spread: UnitQuartiles | undefined;
  readonly zRange: readonly [number, number];
  readonly detail: DetailLevel;
  /** Of δ, and of a: how strongly halves are coloured. */
  readonly deltaScale: ColorScale;
  readonly activationScale: ColorScale;
  readonly marks: RouteMarks | undefined;
  readonly lit: Lit | undefined;
}

/** A unit opened as the lecture draws it: z on the left, a on the right, δ beneath z. An input has its a alone, and beneath it ∂E/∂x of a sample. */
export function UnitShape({
  layout,
  column,
  unit,
  label,
  units,
  mean,
  spread,
  zRange,
  detail,
  deltaScale,
  activationScale,
  marks,
  lit,
}: UnitProps) {
  const at = unitAt(column, unit);
  if (!at) return null;
  const { layer, x } = column;
  const z = units?.z[layer - 1]?.[unit - 1];
  const a = units?.a[layer - 1]?.[unit - 1];
  const delta = units?.delta[layer - 1]?.[unit - 1];
  const rings = marks?.units.get(unitKey(layer, unit)) ?? [];
  const isLit = (kind: 'z' | 'a'): boolean =>
    lit?.nodes.some((node) => node.kind === kind && node.layer === layer && node.unit === unit) ?? false;
  const compact = layout.compact || detail !== 'full';
  const h = column.unitHeight / 2;
  const input = layer === 1;
  const tab = !compact && (!input || delta !== undefined);
  const tabEnd = input ? column.width - TAB : w;
  const named = (symbol: string): string => (mean ? meanName(symbol) : symbol);
  // Without a label of the file's own, an input is called by its symbol.
  const own = label !== undefined && label !== activationName(1, unit) ? label : undefined;
  const ringsAround = rings.map((colour, at) => (
    <rect
      key={colour}
      class={`ring route-${String(colour)}`}
      x={-3 - 3.4 * at}
      y={-h - 3 - 3.4 * at}
      width={column.width + 6 + 6.8 * at}
      height={2 * h + 6 + 6.8 * at}
      rx={RADIUS + 3 + 3.4 * at}
    />
  ));
  if (column.picture) {
    const name = input ? shortened(own ?? activationName(1, unit), Math.floor(column.width / NAME_LETTER)) : undefined;
    return (
      <g transform={`translate(${String(x)} ${String(at.y)})`}>
        {ringsAround}
        <rect
          class={outline('picture-frame', isLit('z') || isLit('a'))}
          y={-h}
          width={column.width}
          height={2 * h}
          rx={2}
        />
        {name !== undefined && detail !== 'shapes' && (
          <text class={own === undefined ? 'symbol picture-name' : 'picture-name'} x={3} y={12 - h}>
            {name}
          </text>
        )}
      </g>
    );
  }
  // A box beneath a mean takes some of its room.
  const up = mean && units ? (compact ? 3 : 4) : 0;
  const boxY = compact ? 8 : 14;
  return (
    <g transform={`translate(${String(x)} ${String(at.y)})`}>
      {ringsAround}
      {tab && <path class="half delta" {...tint(deltaScale, delta)} d={deltaOutline(h, tabEnd)} />}
      {input ? (
        <rect
          class={outline('half a', isLit('a'))}
          {...tint(activationScale, a)}
          y={-h}
          width={column.width}
          height={2 * h}
          rx={RADIUS}
        />
      ) : (
        <>
          <path class={outline('half z', isLit('z'))} d={leftOutline(h)} />
          <path class={outline('half a', isLit('a'))} {...tint(activationScale, a)} d={rightOutline(h)} />
        </>
      )}
      {detail !== 'shapes' && (
        <g class={compact ? 'unit-text compact' : 'unit-text'}>
          {input && layout.compact && a !== undefined ? (
            <InputLine
              width={column.width}
              name={own ?? named(activationName(1, unit))}
              label={own !== undefined}
              value={a}
            />
          ) : input ? (
            <Reading
              x={column.width / 2}
              name={own ?? named(activationName(1, unit))}
              label={own !== undefined}
              value={a}
              compact={compact}
              up={up}
            />
          ) : (
            <>
              <Reading
                x={size.half / 2}
                name={named(quantityName({ kind: 'z', layer, unit }))}
                value={z}
                compact={compact}
                up={up}
              />
              <Reading
                x={1.5 * size.half}
                name={named(activationName(layer, unit))}
                value={a}
                compact={compact}
                up={up}
              />
            </>
          )}
          {spread && !input && (
            <SpreadBox x={size.half / 2} y={boxY} quantiles={spread.z} from={zRange[0]} to={zRange[1]} />
          )}
          {spread && !(input && layout.compact) && (
            <SpreadBox
              x={input ? column.width / 2 : 1.5 * size.half}
              y={boxY}
              quantiles={spread.a}
              from={spread.from}
              to={spread.to}
            />
          )}
          {tab && (
            <text class={delta === undefined ? 'symbol' : 'delta-text'} x={(TAB + tabEnd) / 2} y={h + 11.5}>
              {delta === undefined ? deltaName(layer, unit) : `${input ? '∂x' : 'δ'} ${showShort(delta)}`}
            </text>
          )}
        </g>
      )}
    </g>
  );
}

interface ReadingProps {
  readonly x: number;
  readonly name: string;
  /** True of a name in words, which is no symbol. */
  readonly label?: boolean;
  readonly value: number | undefined;
  readonly compact: boolean;
  /** So much higher than in the middle. */
  readonly up: number;
}

/** A quantity's symbol with its value beneath; where there is little room or no value, one of the two. */
function Reading({ x, name, label = false, value, compact, up }: ReadingProps) {
  if (value !== undefined && compact) {
    return (
      <text class="value" x={x} y={4 - up}>
        {showShort(value)}
      </text>
    );
  }
  const kind = label ? ` label${name.length > ROOMY ? ' small' : ''}` : '';
  const text = label ? shortened(name, ROOM) : name;
  return (
    <>
      <text
        class={value === undefined ? `symbol alone${kind}` : `symbol${kind}`}
        x={x}
        y={value === undefined ? 4 : -5 - up}
      >
        {text}
      </text>
      {value !== undefined && (
        <text class="value" x={x} y={11 - 1.5 * up}>
          {showShort(value)}
        </text>
      )}
    </>
  );
}

interface InputLineProps {
  readonly width: number;
  readonly name: string;
  readonly label: boolean;
  readonly value: number;
}

/** An input's name with its value beside it. */
function InputLine({ width, name, label, value }: InputLineProps) {
  return (
    <>
      <text class={label ? 'symbol label start' : 'symbol start'} x={7} y={4}>
        {shortened(name, LINE)}
      </text>
      <text class="value end" x={width - 7} y={4}>
        {showShort(value)}
      </text>
    </>
  );
}

function shortened(name: string, letters: number): string {
  return name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
}

/** The width of a letter of a name in a picture. */
const NAME_LETTER = 6;
/** Letters of a name beside a value. */
const LINE = 10;
/** Letters of a name that fit in a unit, and in small print. */
const ROOMY = 9;
const ROOM = 13;

/** The neuron whose activation is always 1. */
export function BiasShape({ column, lit }: { readonly column: Column; readonly lit: Lit | undefined }) {
  if (column.biasY === undefined) return null;
  const isLit = lit?.nodes.some(({ layer, unit }) => layer === column.layer && unit === 0) ?? false;
  return (
    <g transform={`translate(${String(column.x + column.width / 2)} ${String(column.biasY)})`}>
      <circle class={outline('half bias', isLit)} r={size.bias} />
      <text class="bias-text" y={4}>
        +1
      </text>
    </g>
  );
}

/** How strongly, and in which colour, a half is filled. */
function tint(scale: ColorScale, value: number | undefined) {
  const t = scale.at(value ?? 0);
  return { style: { '--t': Math.abs(t).toFixed(3), '--end': t < 0 ? 'var(--negative)' : 'var(--positive)' } };
}

function outline(name: string, lit: boolean): string {
  return lit ? `${name} lit` : name;
}

const w = size.half;
const r = RADIUS;

function leftOutline(h: number): string {
  return path`M${w} ${-h}H${r}A${r} ${r} 0 0 0 0 ${r - h}V${h - r}A${r} ${r} 0 0 0 ${r} ${h}H${w}Z`;
}

function rightOutline(h: number): string {
  return path`M${w} ${-h}H${2 * w - r}A${r} ${r} 0 0 1 ${2 * w} ${r - h}V${h - r}A${r} ${r} 0 0 1 ${2 * w - r} ${h}H${w}Z`;
}

function deltaOutline(h: number, right: number): string {
  return path`M${TAB} ${h - 8}V${h + size.delta - 6}a6 6 0 0 0 6 6H${right - 6}a6 6 0 0 0 6 -6V${h - 8}Z`;
}

/** A path with numbers in it. */
function path(parts: TemplateStringsArray, ...numbers: readonly number[]): string {
  return String.raw({ raw: parts }, ...numbers.map(String));
}
