/** What the panel asks to be saved. */
import { csvText } from '../../src/format';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TextDocument, WebviewPanel } from 'vscode';
import { connect, type Channel } from '../../src/channel';
import { EpochSeries } from '../../src/core/epochs';
import type { Model } from '../../src/app/compute';
import { connectPanel } from '../../src/app/panel';
import { historyCsv } from '../../src/app/historyCsv';
import { Session } from '../../src/app/session';
import { panelCommands } from '../../src/host/panel/panelCommands';
import { webviewPlace } from '../../src/host/panel/webviewPlace';
import type { FileSession } from '../../src/host/platform/sessions';
import type { HostApi, PanelApi } from '../../src/protocol';
import { jsonSafe } from '../../src/wire';
import { drawnCase } from '../engine/drawn';
import { Disposable, EventEmitter } from '../host/vscode';

const vscode = vi.hoisted(() => ({
  writeFile: vi.fn<(target: unknown, bytes: Uint8Array) => Promise<void>>(),
  writeText: vi.fn<(text: string) => Promise<void>>(),
  showSaveDialog: vi.fn<() => Promise<unknown>>(),
  showInformationMessage: vi.fn<(message: string) => Promise<unknown>>(),
  showErrorMessage: vi.fn<(message: string) => Promise<unknown>>(),
}));
vi.mock('vscode', async () => ({
  ...(await import('../host/vscode')),
  workspace: {
    onDidChangeConfiguration: () => new Disposable(() => undefined),
    getConfiguration: () => ({ get: () => undefined }),
    asRelativePath: (target: unknown) => String(target),
  },
  window: {
    showSaveDialog: vscode.showSaveDialog,
    showErrorMessage: vscode.showErrorMessage,
    showInformationMessage: vscode.showInformationMessage,
  },
  env: { clipboard: { writeText: vscode.writeText } },
}));

const { network } = drawnCase([2, 2], 4);
const model: Model = { revision: 1, network, data: undefined };
const about = { revision: 1, parameter: { layer: 1, to: 1, from: 1 }, sample: null };
const document = { uri: { scheme: 'untitled', path: 'xor.nn.json' } } as TextDocument;

let host: Channel<HostApi>['remote'];
let session: FileSession;
const open: { dispose(): void }[] = [];

beforeEach(() => {
  vi.resetAllMocks();
  vscode.showSaveDialog.mockResolvedValue('there');
  vscode.showInformationMessage.mockResolvedValue(undefined);
  session = new Session(
    document,
    () => {
      throw new Error('no worker is needed to save');
    },
    {
      read: () => Promise.resolve(csvText('')),
      bytes: () => Promise.resolve(new Uint8Array()),
      write: () => Promise.resolve(),
      version: () => Promise.resolve(''),
    },
  );
  session.training.log.begin({ model, theta: network.theta, epoch: 0 }, false);
  session.training.log.series?.add({ epoch: 0, loss: 0.5 });
  session.view.show({ model, theta: network.theta, epoch: 0 });

  const [toHost, toPage] = [new EventEmitter<unknown>(), new EventEmitter<unknown>()];
  const webview = {
    postMessage: (message: unknown) => {
      toPage.fire(message);
    },
    onDidReceiveMessage: toHost.event,
  };
  const panel = { webview, visible: true, onDidChangeViewState: new EventEmitter<unknown>().event };
  const page = connect<HostApi, PanelApi>(
    jsonSafe({
      post: (message) => {
        toHost.fire(message);
      },
      onMessage: (listener) => {
        const heard = toPage.event(listener);
        return () => {
          heard.dispose();
        };
      },
    }),
    { update: ignore, checkProgress: ignore, trainProgress: ignore, show: ignore },
  );
  host = page.remote;
  open.push(
    session,
    page,
    connectPanel(
      session,
      webviewPlace(
        panel as unknown as WebviewPanel,
        document,
        panelCommands({
          isInside: () => Promise.resolve(true),
          openCsv: () => Promise.resolve(csvText('')),
          read: () => Promise.resolve(new Uint8Array()),
          write: vscode.writeFile,
        })(session),
      ),
    ),
  );
});
afterEach(() => {
  for (const one of open.splice(0).reverse()) one.dispose();
});

function ignore(): void {}

describe('what the panel asks to be saved', () => {
  const requests: readonly (readonly [string, () => Promise<void>])[] = [
    ['Could not save the training history', () => host.saveHistory()],
    [
      'Could not save the picture',
      () => host.savePicture({ of: 'landscape', kind: 'png', bytes: Uint8Array.of(1, 2) }),
    ],
    ['Could not save the derivation', () => host.saveDerivation(about)],
    ['Could not copy the derivation', () => host.copyDerivation({ ...about, format: 'text' })],
  ];

  it.each(requests)('and is not, is told with the reason: “%s”', async (what, ask) => {
    vscode.writeFile.mockRejectedValue(new Error('the disk is full'));
    vscode.writeText.mockRejectedValue(new Error('the disk is full'));
    vscode.showSaveDialog.mockResolvedValue({ path: '/there.tex' });
    await ask();
    expect(vscode.showErrorMessage.mock.calls).toEqual([[`${what}: the disk is full`]]);
  });

  it('is written where the reader says, or not at all', async () => {
    await host.saveHistory();
    await host.savePicture({ of: 'loss', kind: 'svg', bytes: Uint8Array.of(1, 2) });
    const written = vscode.writeFile.mock.calls.map(([target, bytes]) => [target, new TextDecoder().decode(bytes)]);
    expect(written).toEqual([
      ['there', 'epoch,loss\n0,0.5\n'],
      ['there', '\u0001\u0002'],
    ]);
    // Where it went is said, since the dialog is gone.
    expect(vscode.showInformationMessage.mock.calls.map(([message]) => message)).toEqual([
      'Saved as there.',
      'Saved as there.',
    ]);
    vscode.showSaveDialog.mockResolvedValue(undefined);
    await host.saveHistory();
    expect(vscode.writeFile).toHaveBeenCalledTimes(2);
    expect(vscode.showErrorMessage).not.toHaveBeenCalled();
  });
});

describe('the numbers of a run as CSV', () => {
  it('have a column for each metric that the run has, every digit, and a gap where a number is not known', () => {
    const series = new EpochSeries();
    const rows = [
      { epoch: 0, loss: 0.1 + 0.2, validationLoss: 1e-300, accuracy: 0.25, gradientNorm: NaN },
      { epoch: 1, loss: 1 / 3, validationLoss: Infinity, accuracy: 1, gradientNorm: 5e-324 },
      { epoch: 2, loss: -0.5, validationLoss: 2, accuracy: 0, gradientNorm: 12345678901234567 },
    ];
    for (const row of rows) series.add(row);
    const [head, ...lines] = historyCsv(series.rows()).trimEnd().split('\n');
    const columns = head?.split(',') ?? [];
    expect(columns).toEqual(['epoch', 'loss', 'validationLoss', 'accuracy', 'gradientNorm']);
    const read = lines.map((line) => line.split(',').map((cell) => (cell === '' ? NaN : Number(cell))));
    expect(read).toEqual(rows.map((row) => columns.map((column) => row[column as keyof typeof row])));
    expect(lines[0]).toBe('0,0.30000000000000004,1e-300,0.25,');
  });

  it('of a run without an epoch are its head alone', () => {
    expect(historyCsv(new EpochSeries().rows())).toBe('epoch\n');
  });
});
