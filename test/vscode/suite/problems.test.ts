import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openCopy, problemsOf, rangeOf, replace } from './tools';

describe('problems of a network file', () => {
  it('appear all at once at their places while one types, and go when mended', async () => {
    const document = await openCopy('xor.nn.json');
    await replace(document, '"tanh"', '"tahn"');
    await replace(document, '0.9', '"0.9"');
    const problems = await problemsOf(document, (all) => all.length === 2);
    const places = problems.map(({ range }) => document.getText(range)).sort();
    assert.deepEqual(places, ['"0.9"', '"tahn"']);
    await replace(document, '"tahn"', '"tanh"');
    await replace(document, '"0.9"', '0.9');
    assert.deepEqual(await problemsOf(document, (all) => all.length === 0), []);
  });

  it('carry a quick fix where only one mend can be meant', async () => {
    const document = await openCopy('xor.nn.json', (text) => text.replace('"activation"', '"activaton"'));
    const [problem] = await problemsOf(document, (all) => all.length > 0);
    assert.ok(problem);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      problem.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find(({ title }) => title === 'Change to "activation"');
    assert.ok(fix?.edit, 'there is a fix');
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.deepEqual(await problemsOf(document, (all) => all.length === 0), []);
    assert.ok(document.getText().includes('"activation"'));
  });

  it('name a CSV that is missing at the place that names it, and go when it is there', async () => {
    const document = await openCopy('iris.nn.json', (text) => text.replace('"iris.csv"', '"elsewhere.csv"'));
    const [problem] = await problemsOf(document, (all) => all.length > 0);
    assert.ok(problem);
    assert.equal(document.getText(problem.range), '"elsewhere.csv"');
    const csv = vscode.Uri.joinPath(document.uri, '..', 'iris.csv');
    await vscode.workspace.fs.copy(csv, vscode.Uri.joinPath(document.uri, '..', 'elsewhere.csv'));
    assert.deepEqual(await problemsOf(document, (all) => all.length === 0), []);
  });

  it('refuse a CSV outside the workspace', async () => {
    const document = await openCopy('iris.nn.json', (text) => text.replace('"iris.csv"', '"../../iris.csv"'));
    const [problem] = await problemsOf(document, (all) => all.length > 0);
    assert.match(problem?.message ?? '', /outside the workspace/);
  });

  it('leave a hover without numbers rather than with stale ones', async () => {
    const document = await openCopy('xor.nn.json');
    await replace(document, '0.9', '0.9,');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      rangeOf(document, '0.9').start,
    );
    const text = JSON.stringify(hovers);
    assert.ok(!text.includes('∂J'), text);
  });
});
