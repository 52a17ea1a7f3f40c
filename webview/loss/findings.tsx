import type { Finding } from '../../src/protocol';
import { Icon } from '../controls';
import { showCount } from '../names';

const NAMES: Readonly<Record<Finding['kind'], string>> = {
  'dead-units': 'dead units',
  'saturated-units': 'saturated units',
  'vanishing-gradient': 'vanishing gradient',
  'exploding-gradient': 'exploding gradient',
  diverged: 'diverged',
};

/** What has gone wrong in the run, each with its epoch, its layer and the likely reason. */
export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    <ul class="findings" aria-label="Health of the run">
      {findings.map(({ kind, epoch, layer, message }) => (
        <li key={`${kind} ${String(layer)}`}>
          <Icon name="warning" />
          <span>
            <strong>
              Epoch {showCount(epoch)}, layer {showCount(layer)}: {NAMES[kind]}.
            </strong>{' '}
            {message}
          </span>
        </li>
      ))}
    </ul>
  );
}
