/** The MCP server that VS Code is offered: where it starts, and what it is told of exercises. */
import { beforeEach, expect, test, vi } from 'vitest';
import type { ExtensionContext } from 'vscode';
import { Emitter } from '../../src/app/emitter';
import type { Exercises } from '../../src/app/exercise';
import { mcpServer } from '../../src/host/tools/mcpServer';
import type { FileSession, Sessions } from '../../src/host/platform/sessions';
import { Disposable } from './vscode';

interface Uri {
  readonly scheme: string;
  readonly fsPath: string;
}

const vscode = vi.hoisted((): { lm: Record<string, unknown>; folders: { name: string; uri: Uri }[] } => ({
  lm: {},
  folders: [],
}));
vi.mock('vscode', async () => ({
  ...(await import('./vscode')),
  lm: vscode.lm,
  workspace: {
    get workspaceFolders() {
      return vscode.folders;
    },
    fs: { createDirectory: () => Promise.resolve() },
  },
  Uri: {
    joinPath: ({ fsPath, scheme }: Uri, ...parts: string[]): Uri => ({ scheme, fsPath: [fsPath, ...parts].join('/') }),
    parse: (text: string): Uri => ({ scheme: 'file', fsPath: text.replace('file://', '') }),
  },
  McpStdioServerDefinition: class {
    constructor(
      readonly label: string,
      readonly command: string,
      readonly args: string[],
      readonly env: object,
      readonly version: string,
    ) {}
  },
}));

const uri = (path: string, scheme = 'file'): Uri => ({ scheme, fsPath: path });
const opened = new Emitter<FileSession>();
const written: { path: string; text: string }[] = [];
const hidden: string[] = [];
const sessions = {
  onDidOpen: opened.event,
  onDidClose: new Emitter<FileSession>().event,
  files: {
    write: ({ fsPath }: Uri, bytes: Uint8Array) => {
      written.push({ path: fsPath, text: new TextDecoder().decode(bytes) });
      return Promise.resolve();
    },
  },
} as unknown as Sessions;
const exercises = {
  get files() {
    return hidden;
  },
} as unknown as Exercises;
const context = {
  extensionUri: uri('/extension'),
  storageUri: uri('/storage'),
  extension: { packageJSON: { version: '1.2.3' } },
} as unknown as ExtensionContext;

beforeEach(() => {
  for (const key of Object.keys(vscode.lm)) Reflect.deleteProperty(vscode.lm, key);
  for (const list of [written, hidden, vscode.folders]) list.length = 0;
});

test('nothing is offered where VS Code cannot start one', () => {
  expect(() => {
    mcpServer(context, sessions, exercises).dispose();
  }).not.toThrow();
});

test('nothing is offered, and nothing else fails, where VS Code has an unfinished form of it, as 1.100 does', () => {
  vscode.lm['registerMcpServerDefinitionProvider'] = () => {
    throw new Error(
      'MCP configuration providers must be registered in the contributes.modelContextServerCollections array',
    );
  };
  mcpServer(context, sessions, exercises).dispose();
});

test('one server for each folder on disk, and the list of exercises kept up to date', async () => {
  const register = vi.fn((_id: string, _provider: { provideMcpServerDefinitions(): Promise<object[]> }) => {
    return new Disposable(() => undefined);
  });
  vscode.lm['registerMcpServerDefinitionProvider'] = register;
  vscode.folders.push({ name: 'a', uri: uri('/a') }, { name: 'b', uri: uri('/b', 'vscode-vfs') });
  const offered = mcpServer(context, sessions, exercises);
  const [id, provider] = register.mock.calls[0] ?? [];
  expect(id).toBe('gradientInspector.mcp');
  expect(await provider?.provideMcpServerDefinitions()).toEqual([
    {
      label: 'Gradient Inspector',
      command: process.execPath,
      args: ['/extension/dist/cli.js', 'mcp', '--root', '/a', '--exercises', '/storage/exercises.json'],
      env: { ELECTRON_RUN_AS_NODE: '1' },
      version: '1.2.3',
    },
  ]);
  expect(written).toEqual([{ path: '/storage/exercises.json', text: '[]' }]);

  const hides = new Emitter<void>();
  opened.fire({ grading: { onDidHide: hides.event } } as unknown as FileSession);
  hidden.push('file:///a/toy.nn.json');
  hides.fire();
  expect(written.at(-1)).toEqual({ path: '/storage/exercises.json', text: '["/a/toy.nn.json"]' });
  offered.dispose();
});
