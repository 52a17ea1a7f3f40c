import { SHORT, show, showCount } from '../names';
import type { RouteLine } from '../chain/routes';
import { Symbols } from '../symbols';

interface LegendProps {
  readonly what: string;
  readonly max: number;
  readonly routes: readonly RouteLine[];
  /** How many samples z and a are means of; 1: they are no means. */
  readonly samples: number;
  /** Edges that are not drawn because they are too many. */
  readonly left: number;
  /** What is seen in the boxes of units. */
  readonly pictures: string;
}

/** What the colours mean: the scale with its numbers, and the routes while a parameter is chosen. */
export function GraphLegend({ what, max, routes, samples, left, pictures }: LegendProps) {
  const coloured = routes.filter(({ colour }) => colour !== undefined);
  const others = routes.length - coloured.length;
  return (
    <div class="legend">
      {coloured.length > 0 && (
        <div class="legend-routes">
          {coloured.map(({ key, colour }) => (
            <span key={key} class="legend-route">
              <i class={`swatch route-${String(colour)}`} />
              path {showCount(colour ?? 0)}
            </span>
          ))}
          {others > 0 && <span class="muted">and {showCount(others)} more</span>}
        </div>
      )}
      <div class="legend-scale">
        <span class="symbol-text">{what}</span>
        <span class="numeric">{show(-max, SHORT)}</span>
        <i class="ramp" />
        <span class="numeric">{show(max, SHORT)}</span>
      </div>
      {pictures !== '' && <div class="muted">Boxes: {pictures}</div>}
      {samples > 1 && (
        <div class="muted">
          <Symbols text="z̄, ā" />: means of {showCount(samples)} samples, so <Symbols text="ā ≠ g(z̄)" />
        </div>
      )}
      {left > 0 && <div class="muted">{showCount(left)} edges hidden; hover over a unit to show its edges.</div>}
    </div>
  );
}
