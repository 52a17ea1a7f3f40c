import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { columnsOf, openCopy, rangeOf, tabsAre, workspaceFile } from './tools';

describe('“Inspect network”', () => {
  it('opens the panel beside the text and keeps the cursor in the text', async () => {
    const document = await openCopy('multiple-units-2-2-2.nn.json');
    await vscode.commands.executeCommand('gradientInspector.inspect');
    assert.deepEqual(columnsOf(document.uri), { text: [1], inspector: [2] });
    assert.equal(vscode.window.activeTextEditor?.document, document);
  });

  it('called again, shows the panel that is there', async () => {
    const document = await openCopy('xor.nn.json');
    await vscode.commands.executeCommand('gradientInspector.inspect', document.uri);
    await vscode.commands.executeCommand('gradientInspector.inspect', document.uri);
    assert.deepEqual(columnsOf(document.uri), { text: [1], inspector: [2] });
  });

  it('opens no third column and keeps the sides, be the next file opened beside the text or over the panel', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const first = await openCopy('xor.nn.json');
    await vscode.commands.executeCommand('gradientInspector.inspect', first.uri);
    const second = workspaceFile('toy-1-1-1.nn.json');
    await vscode.window.showTextDocument(second, { viewColumn: vscode.ViewColumn.Two, preview: false });
    await vscode.commands.executeCommand('gradientInspector.inspect', second);
    assert.deepEqual(columnsOf(second), { text: [1], inspector: [2] });
    const third = workspaceFile('univariate-logistic.nn.json');
    await vscode.window.showTextDocument(third, { viewColumn: vscode.ViewColumn.One, preview: false });
    await vscode.commands.executeCommand('gradientInspector.inspect', third);
    assert.deepEqual(columnsOf(third), { text: [1], inspector: [2] });
    assert.equal(vscode.window.tabGroups.all.length, 2);
  });

  it('works from the explorer on a file that is not open', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const uri = workspaceFile('toy-1-1-1.nn.json');
    await vscode.commands.executeCommand('gradientInspector.inspect', uri);
    assert.deepEqual(columnsOf(uri), { text: [1], inspector: [2] });
  });

  it('follows the active file when it is told to, and has a way back to the text', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const first = workspaceFile('xor.nn.json');
    await vscode.commands.executeCommand('gradientInspector.inspect', first);
    await vscode.commands.executeCommand('gradientInspector.followActiveFile');
    try {
      const second = workspaceFile('toy-1-1-1.nn.json');
      await vscode.window.showTextDocument(second, { viewColumn: vscode.ViewColumn.One, preview: false });
      await tabsAre(() => columnsOf(second).inspector.length > 0 && columnsOf(first).inspector.length === 0);
      assert.deepEqual(columnsOf(second), { text: [1], inspector: [2] });
      assert.deepEqual(columnsOf(first), { text: [1], inspector: [] });
      await vscode.commands.executeCommand('gradientInspector.inspect', second);
      await vscode.commands.executeCommand('gradientInspector.showText');
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), second.toString());
      assert.equal(vscode.window.activeTextEditor?.viewColumn, vscode.ViewColumn.One);
    } finally {
      await vscode.commands.executeCommand('gradientInspector.stayWithFile');
    }
  });

  it('is offered by “Reopen Editor With…”', async () => {
    const document = await openCopy('xor.nn.json');
    await vscode.commands.executeCommand('vscode.openWith', document.uri, 'gradientInspector.inspector');
    assert.deepEqual(columnsOf(document.uri).inspector, [1]);
  });

  it('opens a 784-128-10 network', async () => {
    const document = await openCopy('digits-784-128-10.nn.json');
    await vscode.commands.executeCommand('gradientInspector.inspect');
    assert.deepEqual(columnsOf(document.uri).inspector, [2]);
  });
});

describe('“Show derivative chain”', () => {
  it('opens the panel for the weight under the cursor', async () => {
    const document = await openCopy('multiple-units-2-2-2.nn.json');
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    const place = rangeOf(document, '0.1', 'weights');
    editor.selection = new vscode.Selection(place.start, place.start);
    await vscode.commands.executeCommand('gradientInspector.showChain');
    assert.deepEqual(columnsOf(document.uri).inspector, [2]);
  });
});

describe('“New network from example…”', () => {
  beforeEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('creates the network with its data beside it and opens it', async () => {
    const target = workspaceFile('fresh/my-iris.nn.json');
    await vscode.commands.executeCommand('gradientInspector.newFromExample', { example: 'iris.nn.json', target });
    assert.deepEqual(columnsOf(target), { text: [1], inspector: [2] });
    const csv = await vscode.workspace.fs.readFile(workspaceFile('fresh/iris.csv'));
    assert.deepEqual(csv, await vscode.workspace.fs.readFile(workspaceFile('iris.csv')));
  });

  it('never overwrites another data file of the same name', async () => {
    const csv = workspaceFile('taken/iris.csv');
    const mine = new TextEncoder().encode('my own data\n');
    await vscode.workspace.fs.writeFile(csv, mine);
    const target = workspaceFile('taken/iris.nn.json');
    await vscode.commands.executeCommand('gradientInspector.newFromExample', { example: 'iris.nn.json', target });
    assert.deepEqual(new Uint8Array(await vscode.workspace.fs.readFile(csv)), mine);
    await assert.rejects(async () => vscode.workspace.fs.stat(target));
  });
});
