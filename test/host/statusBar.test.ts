/** The epoch in the status bar, beside the one that the panel of the same run shows. */
import { afterEach, expect, test, vi } from 'vitest';
import type { EpochRows } from '../../src/core/epochs';
import { Emitter } from '../../src/app/emitter';
import { statusBar } from '../../src/host/commands/statusBar';
import type { FileSession, Sessions } from '../../src/host/platform/sessions';
import { OpenFile } from '../app/openFile';
import { panelOf } from '../app/panelOf';

const item = vi.hoisted(() => ({
  texts: [] as string[],
  onText: (): void => undefined,
  set text(words: string) {
    this.texts.push(words);
    this.onText();
  },
  show: (): void => undefined,
  hide: (): void => undefined,
  dispose: (): void => undefined,
}));
vi.mock('vscode', async () => ({
  ...(await import('./vscode')),
  StatusBarAlignment: { Left: 1 },
  window: { createStatusBarItem: () => item },
  MarkdownString: class {
    appendMarkdown(): this {
      return this;
    }
  },
}));

const file = new OpenFile(
  JSON.stringify({
    layers: [{ units: 2 }, { units: 3, activation: 'tanh' }, { units: 1 }],
    data: {
      inputs: [
        [0, 0],
        [0, 1],
        [1, 0],
      ],
      targets: [[0], [1], [1]],
    },
    training: { optimizer: { type: 'gd', learningRate: 0.001 }, epochs: 1_000_000_000 },
    seed: 1,
  }),
);
afterEach(() => {
  file.session.dispose();
});

test('is the newest that the panel shows, while a run goes on and where it stands still', async () => {
  let shown = 0;
  const newest = ({ epochs }: EpochRows): void => {
    shown = Math.max(shown, epochs.at(-1) ?? 0);
  };
  const panel = panelOf(file, {
    update: ({ history }) => {
      if (history) newest(history);
    },
    trainProgress: ({ epochs }) => {
      newest(epochs);
    },
  });
  void panel.ready();
  const opened = new Emitter<FileSession>();
  const session = file.session as unknown as FileSession;
  const sessions = {
    onDidOpen: opened.event,
    onDidClose: new Emitter<FileSession>().event,
    [Symbol.iterator]: () => [session].values(),
  };
  const bar = statusBar(sessions as unknown as Sessions);
  opened.fire(session);
  const told = (): number => Number(/epoch (\d+)\//.exec(item.texts.at(-1) ?? '')?.[1] ?? NaN);
  const behind: number[] = [];
  item.onText = () => {
    behind.push(shown - told());
  };

  await file.session.text.current();
  void file.session.training.run(file.session.view.shown ?? expect.fail());
  // Several of its words, each of which stands for what is new since the one before.
  await vi.waitFor(
    () => {
      expect(new Set(item.texts).size).toBeGreaterThan(4);
    },
    { timeout: 30_000, interval: 20 },
  );
  await file.session.training.pause();
  await vi.waitFor(
    () => {
      expect(item.texts.at(-1)).toContain('$(debug-pause)');
      expect([told(), shown]).toEqual([file.session.training.state?.epoch, file.session.training.state?.epoch]);
    },
    { timeout: 30_000, interval: 20 },
  );
  // Whenever it is written, the panel shows no later epoch.
  expect(Math.max(...behind)).toBeLessThanOrEqual(0);
  expect(told()).toBeGreaterThan(0);
  bar.dispose();
});
