import type { JSX } from 'preact/jsx-runtime';
import { useRef } from 'preact/hooks';
import type { Predictions } from '../../src/core/predictions';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import { useAnswer } from '../answer';
import { Dropdown, IconButton, Stepper } from '../controls';
import { Empty } from '../empty';
import { useSize } from '../graph/useSize';
import { showCount } from '../names';
import { usePanel, useHostState, useView } from '../panel';
import { outputCount, outputName } from './classes';
import { Confusion } from './confusion';
import { CurveView } from './curveView';
import type { PredictionPictureProps, SelectedSample } from './pictures';
import { PlaneView } from './planeView';
import { ScatterView } from './scatterView';

interface DecisionViewProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice | null;
  /** y of the one sample on the screen; undefined for a mean of several. */
  readonly targets: Float64Array | undefined;
}

/** Rows that are drawn at most, of each set. */
const MOST_ROWS = 2000;
/** Multiply-adds of all rows' predictions that need not keep up with a run: the run would be slowed down by them. */
const HEAVY = 1e8;

/** What the network makes of its inputs: over the whole plane where there are two, and compared with the targets. */
export function DecisionView({ model, values, targets }: DecisionViewProps) {
  const { host } = usePanel();
  const running = useHostState(({ training }) => training.status === 'running');
  const inputs = model.network.layers[0]?.units ?? 0;
  const rows = model.samples + model.validationSamples;
  const waits = running && rows * model.network.theta.length > HEAVY;
  const answer = useAnswer(
    model.samples > 0 && values ? String(model.revision) : null,
    waits ? 'running' : (values?.revision ?? 0),
    () => host.predictions({ revision: model.revision, rows: MOST_ROWS }),
  );
  if (model.samples === 0) {
    return (
      <Empty title="No targets to compare with">
        Add <code>"data"</code> to the file to plot the outputs over the inputs and compare them with the targets.
      </Empty>
    );
  }
  if (answer.error) return <Empty title="No predictions">{answer.error}</Empty>;
  if (!answer.value || !values) {
    return (
      <p class="hint decision" role="status">
        Computing predictions…
      </p>
    );
  }
  return <Predicted {...{ model, values, targets, inputs, waits }} predictions={answer.value} />;
}

interface PredictedProps {
  readonly model: ModelSlice;
  readonly values: ValuesSlice;
  readonly targets: Float64Array | undefined;
  readonly inputs: number;
  readonly waits: boolean;
  readonly predictions: Predictions;
}

function Predicted({ model, values, targets, inputs, waits, predictions }: PredictedProps) {
  const { host, view } = usePanel();
  const asTable = useView((state) => state.plotAsTable);
  const output = useView((state) => state.output);
  const sample = useHostState(({ selection }) => selection.sample);
  const units = outputCount(model);
  const { classes, training, validation } = predictions;
  const frame = useRef<HTMLDivElement>(null);
  const { height: room } = useSize(frame);
  const Picture = pictureOf(inputs, classes);
  // All outputs together make a class, or lines in one picture; a plane or a scatter of numbers is of one output.
  const together = units > 1 && (Picture === CurveView || (Picture === PlaneView && classes !== null));
  const drawn = output > units || (output === 0 && !together) ? 1 : output;
  const props: PredictionPictureProps = {
    ...{ model, values, predictions, asTable, room },
    drawn: units === 1 ? 1 : drawn,
    bar: (words) => (
      <div class="decision-bar">
        {units > 1 && <OutputChoice {...{ model, together, drawn, curves: Picture === CurveView }} />}
        {words}
        <IconButton
          label={asTable ? 'Show as picture' : 'Show as table'}
          icon={asTable ? 'chart' : 'table'}
          onClick={() => {
            view.set({ plotAsTable: !asTable });
          }}
        />
      </div>
    ),
    selected: selectedOf(values, targets),
    onSelect: ({ heldOut, sample: clicked }) => {
      if (!heldOut) void host.selectSample(clicked === sample ? null : clicked);
    },
  };
  const notDrawn = [training, validation].some((set) => set && set.rows.samples.length < set.count);
  return (
    <div class="decision" ref={frame}>
      {Picture && (
        <>
          <Picture {...props} />
          <p class="hint">
            {inputs <= 2 &&
              model.standardization &&
              'Axes use the file’s units; the network receives standardized inputs. '}
            {notDrawn &&
              `${showCount(training.rows.samples.length)} of ${showCount(training.count)} training rows are shown. `}
          </p>
        </>
      )}
      <Confusion {...{ model, predictions }} />
      {waits && <p class="hint">Predictions of this many rows update when training pauses or stops.</p>}
    </div>
  );
}

/** The picture that there is for so many inputs; none for classes of many: their table says it all. */
function pictureOf(inputs: number, classes: number | null): ((props: PredictionPictureProps) => JSX.Element) | null {
  if (inputs === 1) return CurveView;
  if (inputs === 2) return PlaneView;
  return classes === null ? ScatterView : null;
}

function selectedOf({ sample, analysis }: ValuesSlice, targets: Float64Array | undefined): SelectedSample | null {
  const inputs = analysis?.units.a[0];
  const outputs = analysis?.units.a.at(-1);
  return sample === null || !inputs || !outputs ? null : { inputs, outputs, targets };
}

/** Outputs that a list still helps to choose from. */
const LISTED = 24;

interface OutputChoiceProps {
  readonly model: ModelSlice;
  readonly together: boolean;
  readonly drawn: number;
  readonly curves: boolean;
}

function OutputChoice({ model, together, drawn, curves }: OutputChoiceProps) {
  const { view } = usePanel();
  const units = outputCount(model);
  const choose = (output: number): void => {
    view.set({ output });
  };
  if (units > LISTED) return <Stepper noun="output" value={Math.max(1, drawn)} max={units} onChange={choose} />;
  const names = Array.from({ length: units }, (_, k) => ({ value: String(k + 1), text: outputName(model, k + 1) }));
  return (
    <Dropdown
      label="Output shown"
      options={together ? [{ value: '0', text: curves ? 'All outputs' : 'Classes' }, ...names] : names}
      value={String(drawn)}
      onChange={(value) => {
        choose(Number(value));
      }}
    />
  );
}
