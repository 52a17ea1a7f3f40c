/** What of a run is still there when its file, its window or its process has been closed. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Emitter } from '../../src/app/emitter';
import { keepRuns, pauseAfter, type Storage } from '../../src/app/runStore';
import { reset, step, train } from '../../src/app/trainingCommands';
import { writeWeightsToFile } from '../../src/app/weights';
import type { Session } from '../../src/app/session';
import { OpenFile } from './openFile';

const xor = readFileSync('media/examples/xor.nn.json', 'utf8').replace(/"epochs": \d+/, '"epochs": 30');

/** A folder in memory. */
class MemoryStorage implements Storage {
  readonly files = new Map<string, Uint8Array>();
  writes = 0;

  read = (name: string): Promise<Uint8Array | undefined> => Promise.resolve(this.files.get(name));
  write = (name: string, bytes: Uint8Array): Promise<void> => {
    this.writes++;
    this.files.set(name, bytes.slice());
    return Promise.resolve();
  };
  remove = (name: string): Promise<void> => {
    this.files.delete(name);
    return Promise.resolve();
  };

  change(how: (bytes: Uint8Array) => Uint8Array): void {
    for (const [name, bytes] of this.files) this.files.set(name, how(bytes));
  }
}

const windows: { dispose(): void }[] = [];
afterEach(() => {
  for (const one of windows.splice(0)) one.dispose();
});

interface Window {
  readonly text?: string;
  readonly csv?: string;
  /** What the reader chooses where a warning leaves a choice. */
  readonly choice?: string;
}

/** A window with the file open in it, and its saved run restored where there is one. */
async function open(storage: Storage, { text = xor, csv, choice }: Window = {}): Promise<OpenFile & { close(): void }> {
  const [opened, closed] = [new Emitter<Session>(), new Emitter<Session>()];
  const file = new OpenFile(text, csv);
  const { warning } = file.editor;
  file.editor.warning = (message) => warning(message).then(() => choice);
  const store = keepRuns({ onDidOpen: opened.event, onDidClose: closed.event }, storage, file.editor);
  opened.fire(file.session);
  windows.push(store, file.session);
  await file.session.text.current();
  const close = (): void => {
    closed.fire(file.session);
    file.session.dispose();
  };
  // What was saved is restored after the text has been read.
  for (let k = 0; k < 50; k++) await new Promise((resolve) => setImmediate(resolve));
  return Object.assign(file, { close });
}

describe('a run that has ended', () => {
  it('comes back when its file was closed with the weights only on the screen', async () => {
    const storage = new MemoryStorage();
    const first = await open(storage);
    await train(first.session, first.editor);
    const { theta } = first.session.training.state ?? {};
    // At once: what is not saved yet is saved while the file is closed.
    first.close();
    await vi.waitFor(() => expect(storage.files.size).toBe(1));

    const again = await open(storage);
    await vi.waitFor(() => expect(again.session.training.status).toBe('ended'));
    expect(again.session.view.shown).toMatchObject({ epoch: 30, theta });
    const { notice, training } = again.state;
    expect(notice).toEqual({
      severity: 'info',
      message: 'Trained weights (epoch 30) were restored. They are not in the file.',
      details: [],
      actions: ['write', 'discard'],
    });
    expect(training).toMatchObject({ unwritten: true, outcome: { kind: 'epochs', message: 'Trained to epoch 30.' } });
    // Once they are in the file, there is nothing to say and nothing to keep.
    await writeWeightsToFile(again.session, again.editor);
    expect(again.state.notice).toBeNull();
    await vi.waitFor(() => expect(storage.files.size).toBe(0));
  });

  it('is given up by Reset', async () => {
    const storage = new MemoryStorage();
    const first = await open(storage);
    await train(first.session, first.editor);
    first.close();
    await vi.waitFor(() => expect(storage.files.size).toBe(1));
    const again = await open(storage);
    await vi.waitFor(() => expect(again.session.training.status).toBe('ended'));
    reset(again.session, again.editor, 'file');
    await vi.waitFor(() => expect(storage.files.size).toBe(0));
    expect(again.state.notice).toBeNull();
    again.close();
    const third = await open(storage);
    expect(third.session.training.status).toBe('idle');
  });

  it('whose weights are in the file leaves nothing behind', async () => {
    const storage = new MemoryStorage();
    const first = await open(storage);
    await train(first.session, first.editor);
    await writeWeightsToFile(first.session, first.editor);
    first.close();
    await vi.waitFor(() => expect(storage.files.size).toBe(0));
  });
});

describe('a run that no longer fits its file', () => {
  const toy = readFileSync('media/examples/toy-1-1-1.nn.json', 'utf8');
  const [message, actions] = [
    'Trained to epoch 30. The file’s network now has a different shape; these weights no longer fit.',
    { discard: 'Discard', open: 'Open as new file' },
  ];

  /** Trains XOR, closes it, and opens another network in its place. */
  async function replaced(storage: MemoryStorage, choice?: string): Promise<OpenFile> {
    const first = await open(storage);
    await train(first.session, first.editor);
    first.close();
    await vi.waitFor(() => expect(storage.files.size).toBe(1));
    const again = await open(storage, { text: toy, ...(choice !== undefined && { choice }) });
    await vi.waitFor(() => expect(again.editor.messages('warning')).toEqual([message]));
    expect(again.session.training.status).toBe('idle');
    return again;
  }

  it('is kept until the reader chooses', async () => {
    const storage = new MemoryStorage();
    await replaced(storage);
    expect(storage.files.size).toBe(1);
  });

  it('is gone for good once it is discarded', async () => {
    const storage = new MemoryStorage();
    const again = await replaced(storage, actions.discard);
    await vi.waitFor(() => expect(storage.files.size).toBe(0));
    expect(again.editor.asked.some(({ what }) => what === 'openNew')).toBe(false);
  });

  it('can be opened as a new file', async () => {
    const storage = new MemoryStorage();
    const again = await replaced(storage, actions.open);
    await vi.waitFor(() => expect(storage.files.size).toBe(0));
    const opened = again.editor.asked.find(({ what }) => what === 'openNew');
    expect(JSON.parse(String(opened?.about))).toMatchObject({ name: (JSON.parse(xor) as { name: string }).name });
  });
});

describe('a run whose data have changed', () => {
  const fromCsv = `{
    "layers": [{ "units": 1 }, { "weights": [[0.1]], "biases": [0.2] }],
    "data": { "file": "data.csv", "inputs": ["x"], "targets": ["y"] },
    "training": { "epochs": 3 }
  }`;

  it.each([
    ['x,y\n1,2\n', 'Trained to epoch 3.'],
    ['x,y\n1,3\n', 'Trained to epoch 3. The data have changed since.'],
  ])('says so: %j', async (csv, said) => {
    const storage = new MemoryStorage();
    const first = await open(storage, { text: fromCsv, csv: 'x,y\n1,2\n' });
    await train(first.session, first.editor);
    first.close();
    await vi.waitFor(() => expect(storage.files.size).toBe(1));
    const again = await open(storage, { text: fromCsv, csv });
    await vi.waitFor(() => expect(again.session.training.outcome?.message).toBe(said));
    expect(again.session.view.shown?.epoch).toBe(3);
  });
});

describe('a run that is on', () => {
  it('stands still where it was when its file is opened again', async () => {
    const storage = new MemoryStorage();
    const first = await open(storage);
    await step(first.session, first.editor, 'epoch');
    await vi.waitFor(() => expect(storage.files.size).toBe(1));
    first.close();
    const again = await open(storage);
    await vi.waitFor(() => expect(again.session.training.interrupted).toBe(true));
    expect(again.state.notice?.actions).toEqual(['resume', 'discard']);
    await train(again.session, again.editor);
    await again.session.training.ended();
    expect(again.session.training.state?.epoch).toBe(30);
  });
});

describe('a run that goes on', () => {
  it('is saved again within a second, and soon after a save that took longer', () => {
    for (const took of [0, 5, 100, 700]) expect(took + pauseAfter(took)).toBeLessThan(1000);
    for (const took of [800, 3000]) expect(pauseAfter(took)).toBeLessThan(100);
  });
});

describe('a saved run that is damaged', () => {
  it.each([
    ['is cut', (bytes: Uint8Array) => bytes.slice(0, -9)],
    ['has one bit changed in its numbers', (bytes: Uint8Array) => flipped(bytes, 8 * (bytes.length - 20))],
    ['has one bit changed in its head', (bytes: Uint8Array) => flipped(bytes, 8 * 60)],
    ['is empty', () => new Uint8Array(0)],
  ] as const)('because it %s is refused, and the reader is told', async (_, damage) => {
    const storage = new MemoryStorage();
    const first = await open(storage);
    await train(first.session, first.editor);
    first.close();
    await vi.waitFor(() => expect(storage.files.size).toBe(1));
    storage.change(damage);
    const again = await open(storage);
    await vi.waitFor(() =>
      expect(again.editor.messages('warning')).toEqual([
        'The saved training run of xor.nn.json is damaged and was not restored.',
      ]),
    );
    expect(again.session.training.status).toBe('idle');
    expect(storage.files.size).toBe(0);
  });
});

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = bytes.slice();
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}
