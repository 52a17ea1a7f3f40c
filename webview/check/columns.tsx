import type { ParameterCheck } from '../../src/core/check';
import type { ModelSlice } from '../../src/protocol';
import { numberWidth, parameterName, show } from '../names';
import type { TableColumn } from '../table/virtualTable';
import { band } from './rows';
import { VerdictMark } from './verdictMark';

/** The columns of the check's table. Errors need two digits: it is their size that counts. */
export function columnsFor({ network }: ModelSlice, digits: number): TableColumn<ParameterCheck>[] {
  const width = numberWidth(digits);
  const error = { width: '8em', numeric: true, sortable: true } as const;
  return [
    {
      id: 'worst',
      title: 'Verdict',
      width: '5em',
      sortable: true,
      cell: ({ verdict, reason }) => <VerdictMark verdict={verdict} reason={reason} />,
    },
    {
      id: 'parameter',
      title: 'Parameter',
      width: '6em',
      cell: ({ parameter }) => <span class="symbol-text">{parameterName(network, parameter)}</span>,
    },
    {
      id: 'relativeError',
      title: 'Relative error',
      ...error,
      cell: ({ relativeError }) => show(relativeError, 2),
    },
    { id: 'absoluteError', title: 'Absolute', ...error, cell: ({ absoluteError }) => show(absoluteError, 2) },
    { id: 'errorBound', title: 'Bound', ...error, cell: ({ errorBound }) => show(errorBound, 2) },
    {
      id: 'analytic',
      title: 'Analytic',
      width,
      numeric: true,
      sortable: true,
      cell: ({ analytic }) => show(analytic, digits),
    },
    {
      id: 'numeric',
      title: 'Numeric',
      width,
      numeric: true,
      sortable: true,
      cell: ({ numeric }) => show(numeric, digits),
    },
    {
      id: 'band',
      title: 'CS231n',
      width: '5em',
      cell: ({ relativeError }) => {
        const { word, meaning } = band(relativeError);
        return <span title={meaning}>{word}</span>;
      },
    },
    {
      id: 'reason',
      title: 'Reason',
      width: '26em',
      grow: true,
      cell: ({ reason }) => (
        <span class="muted" title={reason}>
          {reason}
        </span>
      ),
    },
  ];
}
