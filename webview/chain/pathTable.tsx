import type { Chain, ChainPath } from '../../src/core/chain';
import { VirtualTable, type TableColumn } from '../table/virtualTable';
import { numberWidth, quantityName, show, showCount, showPercent } from '../names';
import { useDigits } from '../panel';
import { type Route, routeKey } from './routes';

interface PathTableProps {
  readonly chain: Omit<Chain, 'parameter'>;
  readonly routes: readonly Route[];
  readonly samples: number;
  readonly total: bigint;
  /** What the loss is called here. */
  readonly loss: string;
}

/** Every listed path with what it adds, and what is not listed, down to the whole. */
export function PathTable({ chain, routes, samples, total, loss }: PathTableProps) {
  const digits = useDigits();
  const byKey = new Map(routes.map((route) => [route.key, route]));
  const whole = chain.paths.reduce((sum, { contribution }) => sum + Math.abs(contribution), Math.abs(chain.remainder));
  const columns: TableColumn<ChainPath>[] = [
    {
      id: 'path',
      title: 'Path',
      width: '13em',
      grow: true,
      cell: (path) => <PathName path={path} route={byKey.get(routeKey(path))} loss={loss} />,
    },
    ...(samples > 1
      ? [{ id: 'sample', title: 'Sample', width: '5.5em', numeric: true, cell: (path: ChainPath) => path.sample }]
      : []),
    {
      id: 'contribution',
      title: 'Contribution',
      width: numberWidth(digits),
      numeric: true,
      cell: (path) => show(path.contribution, digits),
    },
    {
      id: 'share',
      title: 'Share of Σ|path|',
      width: '8.5em',
      numeric: true,
      cell: (path) => (
        <Share value={whole === 0 ? 0 : Math.abs(path.contribution) / whole} isNegative={path.contribution < 0} />
      ),
    },
  ];
  const unlisted = total - BigInt(chain.paths.length);
  return (
    <div class="path-table">
      <VirtualTable
        label="Paths and their contributions to the derivative"
        columns={columns}
        count={chain.paths.length}
        row={(at) => chain.paths[at]}
        fitted
      />
      {unlisted > 0n && (
        <p class="remainder">
          <span>
            and {showCount(unlisted)} more {unlisted === 1n ? 'path' : 'paths'}
          </span>
          <span class="numeric">{show(chain.remainder, digits)}</span>
        </p>
      )}
    </div>
  );
}

interface PathNameProps {
  readonly path: ChainPath;
  readonly route: Route | undefined;
  readonly loss: string;
}

function PathName({ path, route, loss }: PathNameProps) {
  const nodes = path.nodes.map((node) => quantityName(node)).join(' → ');
  return (
    <span class="path-name" title={`${nodes} → ${loss}`}>
      <i class={`swatch route-${String(route?.colour ?? 'other')}`} />
      {nodes} → {loss}
    </span>
  );
}

/**
 * What part of Σ|contribution| a path has: shares add up to 100 % whatever their signs. The bar runs from the middle, to
 * the left where the path takes away. None where a contribution is not finite.
 */
function Share({ value, isNegative }: { readonly value: number; readonly isNegative: boolean }) {
  if (!Number.isFinite(value)) return <span class="share">–</span>;
  return (
    <span class="share">
      <i class="share-bar">
        <i class={isNegative ? 'negative' : 'positive'} style={{ width: `${String(50 * value)}%` }} />
      </i>
      {showPercent(value)}
    </span>
  );
}
