import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openCopy, replace, workspaceFile } from './tools';

/** What the tool answers about a file of the workspace. */
async function ask(name: string, input: object): Promise<string> {
  const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('\n');
}

const nameOf = ({ uri }: vscode.TextDocument): string => uri.path.slice(uri.path.lastIndexOf('/') + 1);

describe('the tools for language models', () => {
  it('are there', () => {
    const names = vscode.lm.tools.map(({ name }) => name);
    for (const name of [
      'validate_network',
      'network_gradients',
      'derivative_chain',
      'check_gradients',
      'judge_gradients',
      'diagnose_network',
      'train_network',
    ]) {
      assert.ok(names.includes(name), name);
    }
  });

  it('answer what the editor holds, saved or not', async () => {
    const document = await openCopy('multiple-units-2-2-2.nn.json');
    const file = nameOf(document);
    assert.match(await ask('network_gradients', { file }), /0\.000166577316433507/);
    assert.match(await ask('derivative_chain', { file, parameter: '1,1,1' }), /0\.000166577316433507/);
    await replace(document, '0.1', '0.4');
    assert.doesNotMatch(await ask('network_gradients', { file }), /0\.000166577316433507/);
    assert.match(await ask('check_gradients', { file }), /^pass: 8 of 8/);
    assert.match(await ask('diagnose_network', { file, epochs: 3 }), /trial run of 3 epochs/);
  });

  it('say where a file is wrong, and read nothing outside the workspace', async () => {
    const document = await openCopy('multiple-units-2-2-2.nn.json', (text) => text.replace('"mse"', '"mess"'));
    const file = nameOf(document);
    await assert.rejects(ask('validate_network', { file }), new RegExp(`${file}:\\d+:\\d+: error unknown-name`));
    await assert.rejects(ask('validate_network', { file: '../elsewhere.nn.json' }), /outside the workspace/);
    await assert.rejects(ask('validate_network', { file: '/etc/passwd' }), /outside the workspace/);
    await assert.rejects(ask('validate_network', { file: 'missing.nn.json' }), /no such file/);
  });

  it('train, and write only where they are asked to', async () => {
    const document = await openCopy('xor.nn.json');
    const file = nameOf(document);
    const before = document.getText();
    assert.match(await ask('train_network', { file, epochs: 5 }), /after 5 epochs/);
    assert.equal(document.getText(), before);
    const output = `trained-${file}`;
    assert.match(await ask('train_network', { file, epochs: 5, output }), /weights written to trained-/);
    const bytes = await vscode.workspace.fs.readFile(workspaceFile(output));
    assert.notEqual(new TextDecoder().decode(bytes), before);
    await ask('train_network', { file, epochs: 5, output: file });
    assert.equal(document.getText(), new TextDecoder().decode(bytes), 'the same weights, as an edit of the text');
    assert.ok(document.isDirty);
    await assert.rejects(ask('train_network', { file, output: 'settings.json' }), /is not a \.nn\.json file/);
  });

  it('give hints in an exercise, never values', async () => {
    const document = await openCopy('homework-2-2-2.nn.json');
    const file = nameOf(document);
    await vscode.commands.executeCommand('gradientInspector.startExercise');
    await replace(document, 'null', '0.5');
    const text = await ask('network_gradients', { file });
    assert.match(text, /^exercise: gradients stay hidden/);
    assert.match(text, /0 of 1 correct, 1 wrong, 7 still null/);
    for (const name of [
      'derivative_chain',
      'check_gradients',
      'diagnose_network',
      'train_network',
      'judge_gradients',
    ]) {
      const parameter = name === 'derivative_chain' ? { parameter: '1,1,1' } : {};
      assert.doesNotMatch(await ask(name, { file, ...parameter }), /0\.0001665|0\.00299|0\.0722|0\.0525/);
    }
    await vscode.commands.executeCommand('gradientInspector.endExercise');
    assert.match(await ask('network_gradients', { file }), /0\.000166577316433507/);
  });
});
