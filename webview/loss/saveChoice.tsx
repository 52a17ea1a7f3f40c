import { MenuButton } from '../controls';
import type { Sharpness } from '../../src/core/curvature';
import type { EarlierRun } from '../../src/protocol';
import { usePanel } from '../panel';
import type { History } from '../state';
import type { Averages } from './averages';
import { drawPng, drawSvg } from './picture';
import type { Zoom } from './sampling';

interface SaveChoiceProps {
  readonly history: History;
  readonly earlier: readonly EarlierRun[];
  readonly logScale: boolean;
  readonly withNorm: boolean;
  readonly sharpness: Sharpness | undefined;
  readonly rate: number;
  readonly averages: Averages | null;
  readonly zoom: Zoom;
}

const items = [
  { value: 'png', text: 'Picture (PNG)' },
  { value: 'svg', text: 'Drawing (SVG)' },
  { value: 'csv', text: 'All points (CSV)' },
] as const;

/** The chart as a file: what is in sight as a picture or a drawing, or the numbers of every epoch. */
export function SaveChoice(chart: SaveChoiceProps) {
  const { host } = usePanel();
  const save = async (kind: (typeof items)[number]['value']): Promise<void> => {
    if (kind === 'csv') await host.saveHistory();
    if (kind === 'svg') await host.savePicture({ of: 'loss', kind, bytes: new TextEncoder().encode(drawSvg(chart)) });
    if (kind === 'png') await host.savePicture({ of: 'loss', kind, bytes: await drawPng(chart) });
  };
  return (
    <MenuButton
      label="Save the chart"
      icon="write"
      items={items}
      onChoose={(kind) => {
        void save(kind);
      }}
    />
  );
}
