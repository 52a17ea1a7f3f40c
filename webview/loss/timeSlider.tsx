import { useEffect, useRef, useState } from 'preact/hooks';
import { Button, Dropdown, IconButton } from '../controls';
import { showCount } from '../names';
import { usePanel, useHostState } from '../panel';
import type { History } from '../state';

/** Seconds that a replay of the whole run takes. */
const SPEEDS = [40, 20, 10, 5];
/** Epochs are shown at most this often, in milliseconds. */
const TICK = 50;

/**
 * Shows the run again from its start, or from the epoch on the screen, in so many seconds for the whole of it. The next epoch
 * is asked for once the last is on the screen, so that a large network is shown in larger steps instead of late.
 */
function useReplay(first: number, newest: number, at: number, look: (epoch: number) => Promise<void>) {
  const [seconds, setSeconds] = useState(20);
  const [playing, setPlaying] = useState(false);
  const shown = useRef({ at, look });
  shown.current = { at, look };
  useEffect(() => {
    if (!playing) return;
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const start = shown.current.at >= newest ? first : shown.current.at;
    const begin = performance.now();
    const step = async (): Promise<void> => {
      const share = (performance.now() - begin) / (1000 * seconds);
      const epoch = Math.min(newest, Math.round(start + share * (newest - first)));
      await shown.current.look(epoch);
      if (stopped) return;
      if (epoch >= newest) setPlaying(false);
      else timer = setTimeout(() => void step(), TICK);
    };
    void step();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [playing, seconds, first, newest]);
  return { seconds, setSeconds, playing, setPlaying };
}

/** The way back: graph, chain, check and hovers as they were after any epoch of the run. */
export function TimeSlider({ history: { series } }: { readonly history: History }) {
  const { host } = usePanel();
  const { lookedAt, aside, unwritten, status } = useHostState((hostState) => hostState.training);
  const training = status === 'running';
  const first = series.epochAt(0);
  const { newest } = series;
  const at = lookedAt ?? newest;
  const show = (epoch: number): Promise<void> => host.lookAt(epoch >= newest ? null : Math.max(first, epoch));
  const replay = useReplay(first, newest, at, show);
  const look = (epoch: number): void => {
    replay.setPlaying(false);
    void show(epoch);
  };
  return (
    <div class="time">
      <IconButton
        label={replay.playing ? 'Pause the replay' : 'Replay the run'}
        icon={replay.playing ? 'pause' : 'play'}
        disabled={training || newest <= first}
        onClick={() => {
          replay.setPlaying(!replay.playing);
        }}
      />
      <Dropdown
        label="Duration of the replay"
        options={SPEEDS.map((seconds) => ({ value: String(seconds), text: `${String(seconds)} s` }))}
        value={String(replay.seconds)}
        onChange={(value) => {
          replay.setSeconds(Number(value));
        }}
      />
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
        aria-label="Epoch shown"
        aria-valuetext={lookedAt === null ? `epoch ${showCount(newest)}, the newest` : `epoch ${showCount(lookedAt)}`}
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
      <span class="time-words numeric">
        {aside ? (unwritten ? 'moved weights' : 'the file’s weights') : `after epoch ${showCount(at)}`}
      </span>
      <Button
        label="Newest"
        disabled={lookedAt === null && !aside}
        onClick={() => {
          look(newest);
        }}
      />
    </div>
  );
}
