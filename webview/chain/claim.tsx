import type { LocalDerivative, PathNode, PathShape } from '../../src/core/chain';
import { type Location, locatesFactor, locatesPath } from '../../src/core/mistakes/location';
import { Icon } from '../controls';
import { useHostState } from '../panel';

/** What the judge says of the reader's own value for the derivative that is on the screen. */
export function ClaimRemark() {
  const claim = useHostState((hostState) => hostState.claim);
  if (!claim) return null;
  const right = claim.remark === null;
  return (
    <p class={right ? 'claim-remark pass' : 'claim-remark fail'} role="status">
      <Icon name={right ? 'pass' : 'fail'} />
      {right ? 'Your claim is correct.' : `Your claim: ${claim.remark}.`}
    </p>
  );
}

/** What a label at the mistake's place says. */
const LABELS: Readonly<Record<Location['fault'], string>> = {
  missing: 'missing from your claim',
  wrong: 'wrong in your claim',
  twice: 'counted twice in your claim',
};

/** The label of a factor in which the mistake lies; undefined for any other. */
export function useFactorLocation(factor: LocalDerivative): string | undefined {
  const location = useHostState((hostState) => hostState.claim?.location ?? null);
  return location && locatesFactor(location, factor) ? LABELS[location.fault] : undefined;
}

/** The same for a path as a whole. */
export function usePathLocation(nodes: readonly PathNode[]): string | undefined {
  const location = useHostState((hostState) => hostState.claim?.location ?? null);
  return location && locatesPath(location, nodes) ? LABELS[location.fault] : undefined;
}

/** Of these ways through the network, the first in which the mistake lies. */
export function useMarked<T extends Way>(ways: readonly T[]): T | undefined {
  const location = useHostState((hostState) => hostState.claim?.location ?? null);
  return location === null
    ? undefined
    : ways.find(
        ({ nodes, factors }) =>
          locatesPath(location, nodes) || factors.some((factor) => locatesFactor(location, factor)),
      );
}

type Way = Pick<PathShape, 'nodes' | 'factors'>;
