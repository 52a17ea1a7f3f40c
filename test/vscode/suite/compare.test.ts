import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';
import { columnsOf, openCopy, replace, workspaceFile } from './tools';

const inspected = ({ uri }: vscode.TextDocument): boolean => columnsOf(uri).inspector.length > 0;

describe('comparing networks', () => {
  it('two files that are selected in the Explorer are laid side by side', async () => {
    const document = await openCopy('xor.nn.json');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const both = [document.uri, workspaceFile('multiple-units-2-2-2.nn.json')];
    await vscode.commands.executeCommand('gradientInspector.compareFiles', both[1], both);
    assert.ok(inspected(document));
  });

  it('a file is compared with what was committed, and with a revision that does not exist it is not', async () => {
    const document = await openCopy('xor.nn.json');
    const folder = vscode.Uri.joinPath(document.uri, '..').fsPath;
    after(() => vscode.workspace.fs.delete(vscode.Uri.file(`${folder}/.git`), { recursive: true }));
    const git = (...command: string[]): void => {
      execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...command], { cwd: folder });
    };
    git('init', '--quiet');
    git('add', document.uri.fsPath);
    git('commit', '--quiet', '--message', 'a network');
    const api = (
      (await vscode.extensions.getExtension('vscode.git')?.activate()) as {
        getAPI(version: 1): { openRepository(folder: vscode.Uri): Promise<unknown> };
      }
    ).getAPI(1);
    await api.openRepository(vscode.Uri.file(folder));
    await replace(document, '0.9', '0.8');
    await vscode.commands.executeCommand('gradientInspector.compareWith', document.uri.toString(), 'no-such-revision');
    assert.ok(!inspected(document));
    await vscode.commands.executeCommand('gradientInspector.compareWith', document.uri.toString(), 'HEAD');
    assert.ok(inspected(document));
  });
});
