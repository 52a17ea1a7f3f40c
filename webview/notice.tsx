import type { NoticeAction } from '../src/protocol';
import { Button, Icon } from './controls';
import { showCount } from './names';
import { usePanel, useHostState } from './panel';
import type { PanelStores } from './state';

type Host = PanelStores['host'];

const actions: Record<NoticeAction, { readonly label: string; readonly take: (host: Host) => Promise<void> }> = {
  problems: { label: 'Show problems', take: (host) => host.showProblems() },
  trained: { label: 'Show trained weights', take: (host) => host.showTrained() },
  reset: { label: 'Show the file’s network', take: (host) => host.reset('file') },
  resume: { label: 'Resume', take: (host) => host.resumeTraining() },
  write: { label: 'Write to file', take: (host) => host.writeWeights() },
  discard: { label: 'Reset', take: (host) => host.reset('file') },
};

/** What is wrong right now, or what the reader should know; the last good view stays beneath. */
export function NoticeBar() {
  const { host } = usePanel();
  const notice = useHostState((hostState) => hostState.notice);
  return (
    <div class="notice-region" role="status">
      {notice && (
        <div class={`notice ${notice.severity}`}>
          <Icon name={notice.severity} />
          <div class="notice-text">
            <span>{notice.message}</span>
            {notice.details.length > 0 && (
              <ul>
                {notice.details.slice(0, SHOWN).map((detail) => (
                  <li key={detail}>{detail}</li>
                ))}
                {notice.details.length > SHOWN && <li>and {showCount(notice.details.length - SHOWN)} more</li>}
              </ul>
            )}
          </div>
          {notice.actions.map((action) => (
            <Button key={action} label={actions[action].label} onClick={() => void actions[action].take(host)} />
          ))}
        </div>
      )}
    </div>
  );
}

/** Problems that are read out here; the Problems view has them all. */
const SHOWN = 3;
