import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { hoverAt, openCopy, problemsOf, rangeOf, replace, workspaceFile } from './tools';

/** The homework as a sheet that locks itself and asks for J as well. */
const asSheet = (text: string): string =>
  text.replace('"loss": "mse"', '"loss": "mse", "exercise": { "ask": ["2,1,1"] }, "claims": { "loss": null }');

describe('a sheet that locks itself', () => {
  it('hides its values, and has a Problem for every open answer', async () => {
    const document = await openCopy('homework-2-2-2.nn.json', asSheet);
    const open = await problemsOf(document, (all) => all.length === 2);
    assert.deepEqual(open.map(({ message }) => message).sort(), ['J: still open', '∂J/∂θ₁₁⁽²⁾: still open']);
    assert.match(await hoverAt(document, rangeOf(document, '0.1', 'weights').start), /is hidden/);
    assert.match(await hoverAt(document, rangeOf(document, '"mse"').start), /J\*\* is hidden/);
    await vscode.commands.executeCommand('gradientInspector.endExercise');
    assert.match(await hoverAt(document, rangeOf(document, '0.1', 'weights').start), /is hidden/);
  });

  it('shows no value in hints, and copies and exports none', async () => {
    const document = await openCopy('homework-2-2-2.nn.json', asSheet);
    await problemsOf(document, (all) => all.length === 2);
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const settings = vscode.workspace.getConfiguration('gradientInspector');
    await settings.update('inlayHints', 'all', vscode.ConfigurationTarget.Global);
    try {
      const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
        'vscode.executeInlayHintProvider',
        document.uri,
        whole,
      );
      assert.deepEqual(hints, []);
    } finally {
      await settings.update('inlayHints', undefined, vscode.ConfigurationTarget.Global);
    }
    await vscode.env.clipboard.writeText('before');
    await vscode.commands.executeCommand('gradientInspector.copyDerivation', 'text');
    assert.doesNotMatch(await vscode.env.clipboard.readText(), /0\.0001665|0\.0723/);
    for (const [command, name] of [
      ['exportPyTorch', 'leak.py'],
      ['exportPage', 'leak.html'],
    ] as const) {
      const target = workspaceFile(name);
      await vscode.commands.executeCommand(`gradientInspector.${command}`, target);
      await assert.rejects(Promise.resolve(vscode.workspace.fs.stat(target)), `${command} wrote a file`);
    }
  });

  it('is walked by F8, and opens when all is right', async () => {
    const document = await openCopy('homework-2-2-2.nn.json', asSheet);
    await problemsOf(document, (all) => all.length === 2);
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await vscode.commands.executeCommand('editor.action.marker.next');
    assert.equal(
      document.getText(editor.selection.with(undefined, editor.selection.start.translate(0, 4))).slice(0, 4),
      'null',
    );
    await replace(document, '"claims": { "loss": null', '"claims": { "loss": 0.1825');
    const fifth = document.getText().lastIndexOf('claimedGradients');
    const at = document.getText().indexOf('null', fifth);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + 4)), '0.07230');
    assert.ok(await vscode.workspace.applyEdit(edit));
    await problemsOf(document, (all) => all.length === 0);
    assert.match(await hoverAt(document, rangeOf(document, '0.1', 'weights').start), /= 0\.00016658/);
  });
});

it('“New exercise sheet…” makes a sheet of the network that is open', async () => {
  await openCopy('multiple-units-2-2-2.nn.json');
  await vscode.commands.executeCommand('gradientInspector.newSheet', { quantities: ['loss'], layers: [2] });
  const text = vscode.window.activeTextEditor?.document.getText() ?? '';
  const { exercise, claims } = JSON.parse(text) as { exercise: { ask: string[] }; claims: object };
  assert.deepEqual([exercise.ask, claims], [['layer 2'], { loss: null }]);
});

it('“Grade folder…” opens a report on the class', async () => {
  const folder = workspaceFile(`class-${String(Date.now())}`);
  const bytes = await vscode.workspace.fs.readFile(workspaceFile('homework-2-2-2.nn.json'));
  const sheet = asSheet(new TextDecoder().decode(bytes)).replace('"ask"', '"student": "STUDENT", "ask"');
  const hand = async (student: string, text: string): Promise<void> => {
    const uri = vscode.Uri.joinPath(folder, student, 'sheet.nn.json');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text.replace('STUDENT', student)));
  };
  await hand('ann', sheet.replace('"claims": { "loss": null', '"claims": { "loss": 0.1825'));
  await hand('bob', sheet.replace('"claims": { "loss": null', '"claims": { "loss": 0.3651'));
  await hand('cyd', '{ broken');
  await vscode.commands.executeCommand('gradientInspector.gradeFolder', folder);
  const texts = vscode.workspace.textDocuments.map((document) => document.getText());
  const report = texts.find((text) => text.includes('| ann |')) ?? '';
  assert.match(report, /\| 1 of 3 \| scale \|/);
  assert.match(report, /\| ann \| 1 of 2 \|/);
  assert.match(report, /\| cyd \| 0 of 2 \|/);
});
