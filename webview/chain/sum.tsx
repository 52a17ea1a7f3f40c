import type { Chain } from '../../src/core/chain';
import { show, showCount } from '../names';
import { useDigits } from '../panel';
import type { Route } from './routes';

/** Products that are written out; the table holds every listed path. */
export const WRITTEN = 6;

interface SumProps {
  readonly chain: Omit<Chain, 'parameter'>;
  readonly routes: readonly Route[];
  readonly sum: number;
  readonly over: number;
  readonly total: bigint;
  /** One path and nothing else: there is nothing to add up. */
  readonly alone: boolean;
}

/** Route by route what they add, the penalty and the rest, and the sum beside backpropagation's value. */
export function Sum({ chain, routes, sum, over, total, alone }: SumProps) {
  const digits = useDigits();
  const difference = sum === chain.gradient ? 0 : Math.abs(sum - chain.gradient);
  const scale = chain.paths.reduce(
    (most, { contribution }) => Math.max(most, Math.abs(contribution)),
    Math.abs(chain.penalty),
  );
  const equal = difference <= 1e-12 * scale || difference === 0;
  const written = routes.slice(0, WRITTEN);
  const rest = routes.slice(WRITTEN).reduce((all, { contribution }) => all + contribution, 0) + chain.remainder;
  const hasRest = routes.length > WRITTEN || total > BigInt(chain.paths.length);
  return (
    <div class="sum">
      <dl>
        {(alone ? [] : written).map((route, at) => (
          <div key={route.key} class="sum-row">
            <dt>
              <i class={`swatch route-${String(route.colour ?? 'other')}`} />
              path {showCount(at + 1)}
              {over > 1 && (
                <span class="muted">
                  {' · '}
                  {route.paths.length === 1 ? '1 sample' : `${showCount(route.paths.length)} samples`}
                </span>
              )}
            </dt>
            <dd class="numeric">{show(route.contribution, digits)}</dd>
          </div>
        ))}
        {hasRest && (
          <div class="sum-row">
            <dt>all others</dt>
            <dd class="numeric">{show(rest, digits)}</dd>
          </div>
        )}
        {chain.penalty !== 0 && (
          <div class="sum-row">
            <dt>
              penalty <span class="muted">∂R/∂θ</span>
            </dt>
            <dd class="numeric">{show(chain.penalty, digits)}</dd>
          </div>
        )}
        {!alone && (
          <div class="sum-row total">
            <dt>Σ</dt>
            <dd class="numeric">{show(sum, digits)}</dd>
          </div>
        )}
        <div class="sum-row">
          <dt>backpropagation</dt>
          <dd class="numeric">{show(chain.gradient, digits)}</dd>
        </div>
      </dl>
      {Number.isFinite(difference) ? (
        <p class={equal ? 'agreement pass' : 'agreement fail'}>
          {equal ? '✓ equal' : '✗ not equal'}
          <span class="muted numeric"> difference {show(difference, 2)}</span>
        </p>
      ) : (
        <p class="agreement muted">Not comparable: a value is non-finite.</p>
      )}
    </div>
  );
}
