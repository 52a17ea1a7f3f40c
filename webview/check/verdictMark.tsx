import type { CheckReport, CheckVerdict } from '../../src/core/check';
import { Icon } from '../controls';

/** A verdict by colour, icon and word. */
export function VerdictMark({ verdict, reason }: { readonly verdict: CheckVerdict; readonly reason: string }) {
  return (
    <span class={`verdict ${verdict}`} title={reason}>
      <Icon name={verdict} />
      {verdict}
    </span>
  );
}

const words: Record<CheckReport['verdict'], string> = {
  pass: 'Backpropagation is correct',
  fail: 'Backpropagation is wrong',
  inconclusive: 'Inconclusive for some parameters',
};

/** The verdict on the whole network. */
export function ReportMark({ verdict }: Pick<CheckReport, 'verdict'>) {
  const mark = verdict === 'inconclusive' ? 'kink' : verdict;
  return (
    <span class={`verdict ${mark}`}>
      <Icon name={mark} />
      <strong>{words[verdict]}</strong>
    </span>
  );
}
