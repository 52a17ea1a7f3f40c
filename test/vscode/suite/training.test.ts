import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { hoverAt, openCopy, problemsOf, rangeOf, replace } from './tools';

/** PyTorch's parameters after the 100 epochs of the 2-2-2 example. */
const TRAINED_THETA_11 = 0.1265736034339031;

async function openTrained(): Promise<vscode.TextDocument> {
  const document = await openCopy('multiple-units-2-2-2.nn.json');
  await vscode.commands.executeCommand('gradientInspector.inspect');
  await vscode.commands.executeCommand('gradientInspector.train');
  return document;
}

describe('“Train network”', () => {
  it('shows the trained weights in the hovers and leaves the text alone', async () => {
    const document = await openTrained();
    const text = await hoverAt(document, rangeOf(document, '0.1', 'weights').start);
    assert.match(text, /\*\*θ₁₁⁽¹⁾\*\* = 0\.12657, after epoch 100/);
    assert.equal(document.isDirty, false);
  });

  it('writes the weights as one undoable edit of the numbers alone', async () => {
    const document = await openTrained();
    const before = document.getText();
    await vscode.commands.executeCommand('gradientInspector.writeWeights');
    const after = document.getText();
    const withoutNumbers = (text: string): string => text.replaceAll(/-?\d+(\.\d+)?([eE][-+]?\d+)?/g, '#');
    assert.notEqual(after, before);
    assert.equal(withoutNumbers(after), withoutNumbers(before));
    const { layers } = JSON.parse(after) as { layers: { weights?: number[][] }[] };
    const theta = layers[1]?.weights?.[0]?.[0] ?? NaN;
    assert.ok(Math.abs(theta - TRAINED_THETA_11) <= 1e-10, String(theta));
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
  });

  it('“Reset” goes back to the file’s weights', async () => {
    const document = await openTrained();
    await vscode.commands.executeCommand('gradientInspector.reset');
    const text = await hoverAt(document, rangeOf(document, '0.1', 'weights').start);
    assert.match(text, /\*\*θ₁₁⁽¹⁾\*\* = 0\.1 /);
  });

  it('an edit after the run shows the text’s weights again', async () => {
    const document = await openTrained();
    await replace(document, '0.3', '0.35');
    await problemsOf(document, (all) => all.length === 0);
    const text = await hoverAt(document, rangeOf(document, '0.35').start);
    assert.match(text, /\*\*θ₁₂⁽¹⁾\*\* = 0\.35 /);
  });

  it('can be stopped at any moment and keeps what it has', async () => {
    const document = await openCopy('multiple-units-2-2-2.nn.json', (text) =>
      text.replace(/"epochs": *\d+/, '"epochs": 1000000000'),
    );
    await vscode.commands.executeCommand('gradientInspector.inspect');
    const run = vscode.commands.executeCommand('gradientInspector.train');
    const shown = (): Promise<string> => hoverAt(document, rangeOf(document, '0.1', 'weights').start);
    while (!(await shown()).includes('after epoch'));
    await vscode.commands.executeCommand('gradientInspector.stop');
    await run;
    assert.match(await shown(), /after epoch \d+/);
    const epoch = async (): Promise<string | undefined> => /after epoch \d+/.exec(await shown())?.[0];
    assert.equal(await epoch(), await epoch());
  });

  it('keeps the run of a file whose text is broken meanwhile', async () => {
    const document = await openTrained();
    await replace(document, '0.1', '0.1,');
    await problemsOf(document, (all) => all.length > 0);
    await vscode.commands.executeCommand('undo');
    await problemsOf(document, (all) => all.length === 0);
    const text = await hoverAt(document, rangeOf(document, '0.1', 'weights').start);
    assert.match(text, /after epoch 100/);
  });
});
