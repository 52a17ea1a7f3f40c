import type { Sharpness } from '../../src/core/curvature';
import type { EarlierRun } from '../../src/protocol';
import { Choice, Dropdown, IconButton } from '../controls';
import { usePanel, useView } from '../panel';
import { PictureMenu } from '../savePicture/pictureMenu';
import type { History } from '../state';
import type { Averages } from './averages';
import { drawChart } from './picture';
import type { Zoom } from './sampling';

const SMOOTHINGS = [0, 0.6, 0.9, 0.99].map((weight) => ({
  value: String(weight),
  text: weight === 0 ? 'raw' : `smooth ${String(weight)}`,
}));

interface LossToolsProps {
  readonly history: History;
  readonly earlier: readonly EarlierRun[];
  readonly averages: Averages | null;
  readonly sharpness: Sharpness | undefined;
  readonly rate: number;
  readonly zoom: Zoom;
  readonly asTable: boolean;
  readonly onZoom: (zoom: Zoom) => void;
  readonly onTable: (asTable: boolean) => void;
}

/** How the chart is drawn, and where it can be saved. */
export function LossTools({
  history,
  earlier,
  averages,
  sharpness,
  rate,
  zoom,
  asTable,
  onZoom,
  onTable,
}: LossToolsProps) {
  const { host, view } = usePanel();
  const logScale = useView((state) => state.logScale);
  const withNorm = useView((state) => state.withNorm);
  const withCurvature = useView((state) => state.withCurvature);
  const compare = useView((state) => state.compare);
  const smoothing = useView((state) => state.smoothing);
  return (
    <div class="loss-tools" role="group" aria-label="Chart">
      <Choice
        label="Scale of the loss"
        options={[
          { value: 'linear', text: 'linear' },
          { value: 'log', text: 'log' },
        ]}
        value={logScale ? 'log' : 'linear'}
        onChange={(value) => {
          view.set({ logScale: value === 'log' });
        }}
      />
      <Dropdown
        label="Smoothing: exponential moving average"
        options={SMOOTHINGS}
        value={String(smoothing)}
        onChange={(value) => {
          view.set({ smoothing: Number(value) });
        }}
      />
      <IconButton
        label="Show the gradient norm"
        icon="norm"
        pressed={withNorm}
        onClick={() => {
          view.set({ withNorm: !withNorm });
        }}
      />
      <IconButton
        label="Show the curvature λmax"
        title="Show λmax after 1, 2, 4, … epochs beside 2/η: where it is above, steps overshoot"
        icon="kink"
        pressed={withCurvature}
        onClick={() => {
          view.set({ withCurvature: !withCurvature });
        }}
      />
      {earlier.length > 0 && (
        <IconButton
          label="Compare with earlier runs"
          icon="layers"
          pressed={compare}
          onClick={() => {
            view.set({ compare: !compare });
          }}
        />
      )}
      {zoom && (
        <IconButton
          label="Show all epochs"
          icon="fit"
          onClick={() => {
            onZoom(null);
          }}
        />
      )}
      <IconButton
        label={asTable ? 'Show as chart' : 'Show as table'}
        icon={asTable ? 'chart' : 'table'}
        onClick={() => {
          onTable(!asTable);
        }}
      />
      <PictureMenu
        of="loss"
        draw={() => {
          const shown = { history, logScale, withNorm, sharpness, rate, averages, zoom };
          return drawChart({ ...shown, earlier: compare ? earlier : [] });
        }}
        more={{ text: 'Save all points (CSV)…', onChoose: () => void host.saveHistory() }}
      />
    </div>
  );
}
