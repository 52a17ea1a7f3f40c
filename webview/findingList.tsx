import { causeInWords } from '../src/core/doctor/finding';
import { Icon } from './controls';
import { showCount } from './names';
import { useHostState } from './panel';

/** What has gone wrong in the run, each with its epoch, its layer and its number; nothing where all is well. */
export function FindingList() {
  const findings = useHostState(({ training }) => training.findings);
  if (findings.length === 0) return null;
  return (
    <ul class="findings" aria-label="Health of the run">
      {findings.map(({ code, epoch, layer, message }) => (
        <li key={`${code} ${String(layer)}`}>
          <Icon name="warning" />
          <span>
            <strong>
              Epoch {showCount(epoch)}
              {layer !== undefined && `, layer ${showCount(layer)}`}: {causeInWords(code)}.
            </strong>{' '}
            {message}
          </span>
        </li>
      ))}
    </ul>
  );
}
