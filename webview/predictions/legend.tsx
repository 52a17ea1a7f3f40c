import type { Predictions } from '../../src/core/predictions';
import type { ModelSlice } from '../../src/protocol';
import { SHORT, show, showCount } from '../names';
import { classColour, className, classShape, outputName, type Shape } from './classes';
import { outlineOf } from './dots';
import { type Drawn, RAMP, type Shades } from './shades';

interface LegendProps {
  readonly model: ModelSlice;
  readonly predictions: Predictions;
  readonly drawn: Drawn;
  /** Where colours stand for numbers. */
  readonly ramp: Shades['ramp'];
  readonly lines: readonly { readonly name: string; readonly colour: string }[];
}

/** Classes that are named; more would not be read. */
const MOST = 12;

/** What colours, shapes and rings stand for. */
export function PredictionsLegend({ model, predictions: { classes, validation }, drawn, ramp, lines }: LegendProps) {
  const named = Array.from({ length: Math.min(MOST, classes ?? 0) }, (_, at) => at);
  return (
    <ul class="plot-legend" aria-label="Legend">
      {lines.map(({ name, colour }) => (
        <li key={name}>
          <i class="swatch" style={{ background: `var(${colour})` }} />
          {name}
        </li>
      ))}
      {lines.length > 0 && classes === null && (
        <li>
          <Location shape="circle" colour={lines.length === 1 ? '--blue' : '--fg'} />
          target
        </li>
      )}
      {ramp && (
        <li>
          {outputName(model, Math.max(1, drawn))} <span class="numeric">{show(ramp.from, SHORT)}</span>
          <i
            class="plot-ramp"
            style={{
              background: `linear-gradient(90deg, ${ramp.variables.map((name) => `color-mix(in srgb, var(${name}) ${String(100 * RAMP)}%, var(--bg))`).join(', ')})`,
            }}
          />
          <span class="numeric">{show(ramp.to, SHORT)}</span>
        </li>
      )}
      {named.map((at) => (
        <li key={at}>
          <Location shape={classShape(at)} colour={classColour(model, at)} />
          {className(model, at)}
        </li>
      ))}
      {classes !== null && classes > MOST && <li>… {showCount(classes - MOST)} more</li>}
      {validation && (
        <li>
          <Location shape="circle" colour="--fg" hollow />
          held out
        </li>
      )}
      {classes !== null && (
        <li>
          <Location shape="circle" colour="--fg" ringed />
          wrong class
        </li>
      )}
    </ul>
  );
}

interface MarkProps {
  readonly shape: Shape;
  readonly colour: string;
  readonly hollow?: boolean;
  readonly ringed?: boolean;
}

function Location({ shape, colour, hollow = false, ringed = false }: MarkProps) {
  const paint = `var(${colour})`;
  return (
    <svg class="plot-mark" viewBox="-8 -8 16 16" aria-hidden="true">
      <path
        d={outlineOf(shape, ringed ? 3 : 4.5)}
        style={{ fill: hollow ? 'none' : paint, stroke: paint, strokeWidth: hollow ? '2px' : '0' }}
      />
      {ringed && <circle r={6.5} style={{ fill: 'none', stroke: paint, strokeWidth: '1.5px' }} />}
    </svg>
  );
}
