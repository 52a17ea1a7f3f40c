import { causeInWords } from '../../src/core/doctor/finding';
import type { RunFinding } from '../../src/protocol';
import { Icon } from '../controls';
import { showCount } from '../names';

/** What has gone wrong in the run, each with its epoch, its layer and its number. */
export function Findings({ findings }: { readonly findings: readonly RunFinding[] }) {
  return (
    <ul class="findings" aria-label="Health of the run">
      {findings.map(({ code, epoch, layer, message }) => (
        <li key={`${code} ${String(layer)}`}>
          <Icon name="warning" />
          <span>
            <strong>
              Epoch {showCount(epoch)}, layer {showCount(layer)}: {causeInWords(code)}.
            </strong>{' '}
            {message}
          </span>
        </li>
      ))}
    </ul>
  );
}
