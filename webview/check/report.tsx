import { useMemo, useState } from 'preact/hooks';
import type { CheckAgainst, CheckVerdict } from '../../src/core/check';
import { sameParameter } from '../../src/core/network';
import type { ModelSlice } from '../../src/protocol';
import { Button, Choice, TextField } from '../controls';
import { Empty } from '../empty';
import { parameterName, show, showCount } from '../names';
import { openChain, useDigits, usePanel, useHostState } from '../panel';
import type { CheckResult } from '../state';
import { useStore } from '../store';
import { type Sort, VirtualTable } from '../table/virtualTable';
import { columnsFor } from './columns';
import { HeatMaps } from './heatMaps';
import { filtered, sorted } from './rows';
import { StepDetail } from './stepPlot';
import { ReportMark } from './verdictMark';

interface ReportProps {
  readonly model: ModelSlice;
  readonly result: CheckResult;
  readonly onRun: () => void;
}

const verdicts: readonly CheckVerdict[] = ['fail', 'noise', 'kink', 'pass'];
const against: readonly { readonly value: CheckAgainst; readonly text: string }[] = [
  { value: 'differences', text: 'differences' },
  { value: 'dual', text: 'dual numbers' },
];

/** A report: the verdict on all, a picture of each layer, every parameter, and the one that is chosen in detail. */
export function Report({ model, result, onRun }: ReportProps) {
  const panel = usePanel();
  const { host, check } = panel;
  const { report } = result;
  const digits = useDigits();
  const selected = useHostState(({ selection }) => selection.parameter);
  const held = useStore(check, (state) => state.against);
  const [sort, setSort] = useState<Sort>({ column: 'worst', descending: true });
  const [wanted, setWanted] = useState('');
  const rows = useMemo(
    () => sorted(filtered(model.network, report.parameters, wanted), sort),
    [model, report, wanted, sort],
  );
  const columns = useMemo(() => columnsFor(model, digits), [model, digits]);
  const chosen = useMemo(
    () => (selected ? report.parameters.find(({ parameter }) => sameParameter(parameter, selected)) : undefined),
    [report, selected],
  );
  const counts = useMemo(() => {
    const count = (verdict: CheckVerdict): number => report.parameters.filter((row) => row.verdict === verdict).length;
    return verdicts.map((verdict) => ({ verdict, count: count(verdict) })).filter(({ count }) => count > 0);
  }, [report]);
  const [worst] = report.parameters;
  return (
    <div class="list-view">
      <div class="list-bar check-summary">
        <ReportMark verdict={report.verdict} />
        <span class="muted numeric" title={report.method}>
          {counts.map(({ verdict, count }) => `${showCount(count)} ${verdict}`).join(' · ')}
        </span>
        {worst && (
          <span class="muted worst" title={worst.reason}>
            Worst: {parameterName(model.network, worst.parameter)}, relative error{' '}
            <span class="numeric">{show(worst.relativeError, 2)}</span>
          </span>
        )}
        <Button label="Run again" icon="reset" title={report.method} onClick={onRun} />
      </div>
      <div class="list-bar">
        <TextField
          label="Filter the check"
          placeholder="Filter, e.g. fail or θ₁₁ or layer2"
          value={wanted}
          onInput={setWanted}
        />
        <span class="muted numeric" role="status">
          {rows.length < report.parameters.length
            ? `${showCount(rows.length)} of ${showCount(report.parameters.length)}`
            : ''}
        </span>
        <Choice
          label="Compare with"
          options={against}
          value={held}
          onChange={(next) => {
            check.set({ against: next });
            onRun();
          }}
        />
      </div>
      <HeatMaps {...{ model, report, selected }} onSelect={(parameter) => void host.select(parameter)} />
      {rows.length === 0 ? (
        <Empty title="No matches">No parameter’s verdict, name or reason contains “{wanted}”.</Empty>
      ) : (
        <VirtualTable
          label="Gradient check"
          columns={columns}
          count={rows.length}
          row={(at) => rows[at]}
          sort={sort}
          onSort={setSort}
          selected={chosen ? rows.indexOf(chosen) : -1}
          onSelect={(at) => {
            const row = rows[at];
            if (row) void host.select(row.parameter);
          }}
          onOpen={(at) => {
            const row = rows[at];
            if (row) openChain(panel, row.parameter);
          }}
        />
      )}
      {chosen && <StepDetail model={model} row={chosen} sample={result.sample} revision={result.values} />}
    </div>
  );
}
