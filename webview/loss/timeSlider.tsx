import { Button, IconButton } from '../controls';
import { showCount } from '../names';
import { usePanel, useTold } from '../panel';
import type { History } from '../state';

/** The way back: graph, chain, check and hovers as they were after any epoch of the run. */
export function TimeSlider({ history: { series } }: { readonly history: History }) {
  const { host } = usePanel();
  const { lookedAt, aside } = useTold(({ training }) => training);
  const first = series.epochAt(0);
  const { newest } = series;
  const at = lookedAt ?? newest;
  const look = (epoch: number): void => {
    void host.lookAt(epoch >= newest ? null : Math.max(first, epoch));
  };
  return (
    <div class="time">
      <IconButton
        label="Previous epoch"
        icon="previous"
        disabled={at <= first}
        onClick={() => {
          look(at - 1);
        }}
      />
      <input
        type="range"
        class="time-slider"
        aria-label="Look back at an epoch"
        aria-valuetext={lookedAt === null ? `epoch ${String(newest)}, the newest` : `epoch ${String(lookedAt)}`}
        min={first}
        max={newest}
        step={1}
        value={at}
        onInput={({ currentTarget }) => {
          look(Number(currentTarget.value));
        }}
      />
      <IconButton
        label="Next epoch"
        icon="next"
        disabled={lookedAt === null}
        onClick={() => {
          look(at + 1);
        }}
      />
      <span class="time-words numeric">{aside ? 'the file’s weights' : `after epoch ${showCount(at)}`}</span>
      <Button
        label="Newest"
        disabled={lookedAt === null && !aside}
        onClick={() => {
          void host.lookAt(null);
        }}
      />
    </div>
  );
}
