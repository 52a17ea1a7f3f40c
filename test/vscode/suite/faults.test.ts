import assert from 'node:assert/strict';
import threads from 'node:worker_threads';
import * as vscode from 'vscode';
import { hoverAt, openCopy, problemsOf, rangeOf, replace, workspaceFile } from './tools';

const EXAMPLE = 'multiple-units-2-2-2.nn.json';

/** The example, to be trained until it is stopped. */
async function openEndless(): Promise<vscode.TextDocument> {
  const document = await openCopy(EXAMPLE, (text) => text.replace(/"epochs": *\d+/, '"epochs": 1000000000'));
  await vscode.commands.executeCommand('gradientInspector.inspect');
  return document;
}

function theta11(document: vscode.TextDocument): Promise<string> {
  return hoverAt(document, rangeOf(document, '0.1', 'weights').start);
}

/** The epoch that the hovers show; 0 for the file's own weights. */
async function epochOf(document: vscode.TextDocument): Promise<number> {
  return Number(/after epoch (\d+)/.exec(await theta11(document))?.[1] ?? 0);
}

/** Resolves when the run of `document` has come further than `epoch`. */
async function beyond(document: vscode.TextDocument, epoch: number): Promise<number> {
  for (;;) {
    const now = await epochOf(document);
    if (now > epoch) return now;
  }
}

/** Starts a run that goes on; the promise is the command's: it resolves when the run has ended. */
async function trainOn(document: vscode.TextDocument): Promise<{ ended: Thenable<unknown> }> {
  const ended = vscode.commands.executeCommand('gradientInspector.train');
  await beyond(document, 0);
  return { ended };
}

function execute(command: string, ...args: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(`gradientInspector.${command}`, ...args);
}

/** The workers that are started while the tests run, the newest last. */
const workers: threads.Worker[] = [];
const Original = threads.Worker;

before(() => {
  threads.Worker = class extends Original {
    constructor(...args: ConstructorParameters<typeof Original>) {
      super(...args);
      workers.push(this);
    }
  };
});
after(() => {
  threads.Worker = Original;
});

describe('a run that something happens to', () => {
  it('whose worker dies keeps its newest weights, and the next run works', async () => {
    const document = await openEndless();
    const { ended } = await trainOn(document);
    const reached = await epochOf(document);
    await workers.at(-1)?.terminate();
    await ended;
    const kept = await epochOf(document);
    assert.ok(kept >= reached, `${String(kept)} after ${String(reached)}`);
    assert.equal(await epochOf(document), kept);
    await execute('stepEpoch');
    assert.equal(await epochOf(document), kept + 1);
    await execute('lookBack', 1);
    assert.equal(await epochOf(document), 1);
    await execute('stop');
  });

  it('whose panel is closed goes on', async () => {
    const document = await openEndless();
    const { ended } = await trainOn(document);
    const panel = vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .find(({ input }) => input instanceof vscode.TabInputCustom);
    assert.ok(panel);
    await vscode.window.tabGroups.close(panel);
    await beyond(document, await epochOf(document));
    await vscode.window.showTextDocument(document);
    await execute('stop');
    await ended;
    assert.ok((await epochOf(document)) > 0);
  });

  it('whose text is edited stays with the network that it began with', async () => {
    const document = await openEndless();
    const { ended } = await trainOn(document);
    await replace(document, '-0.4', '0.75');
    await problemsOf(document, (all) => all.length === 0);
    await execute('stop');
    await ended;
    assert.match(document.getText(), /0\.75/);
    await execute('reset');
    assert.match(await hoverAt(document, rangeOf(document, '0.75').start), /\*\*θ₂₂⁽¹⁾\*\* = 0\.75 /);
  });

  it('whose file is deleted goes on, and its weights can still be written', async () => {
    const document = await openEndless();
    const { ended } = await trainOn(document);
    await vscode.workspace.fs.delete(document.uri);
    await beyond(document, await epochOf(document));
    await execute('stop');
    await ended;
    const before = document.getText();
    await execute('writeWeights');
    assert.notEqual(document.getText(), before);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('whose editors are all closed can still be stopped', async () => {
    const document = await openEndless();
    const { ended } = await trainOn(document);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    // Once VS Code lets go of the document, the run ends by itself.
    await Promise.race([ended, execute('stop', document.uri.toString())]);
    await ended;
    assert.equal(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length, 0);
  });

  it('beside another of another file: each has its own weights and its own end', async () => {
    const first = await openEndless();
    const one = await trainOn(first);
    const source = new TextDecoder().decode(await vscode.workspace.fs.readFile(workspaceFile(EXAMPLE)));
    const uri = workspaceFile(`second-${String(Date.now())}.nn.json`);
    const endless = source.replace(/"epochs": *\d+/, '"epochs": 1000000000');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(endless));
    const second = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(second);
    await execute('inspect');
    const two = await trainOn(second);
    await execute('stop', second.uri.toString());
    await two.ended;
    const stopped = await epochOf(second);
    await beyond(first, await epochOf(first));
    assert.equal(await epochOf(second), stopped);
    await execute('stop', first.uri.toString());
    await one.ended;
  });

  it('over 60,000 rows of a CSV trains, steps and stops', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const rows = Array.from(
      { length: 60_000 },
      (_, k) => `${String((k % 97) / 97)},${String((k % 89) / 89)},${String(k % 2)}`,
    );
    const csv = workspaceFile('rows-60000.csv');
    await vscode.workspace.fs.writeFile(csv, new TextEncoder().encode(['a,b,y', ...rows].join('\n')));
    const network = {
      layers: [
        { units: 2 },
        { activation: 'tanh', units: 8 },
        { activation: 'sigmoid', weights: [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]] },
      ],
      loss: 'binaryCrossEntropy',
      data: { file: 'rows-60000.csv', inputs: ['a', 'b'], targets: ['y'], validation: 0.1 },
      training: { batchSize: 100, epochs: 1000000 },
    };
    const uri = workspaceFile('rows.nn.json');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(JSON.stringify(network, null, 2)));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    await execute('inspect');
    await execute('stepBatch');
    await execute('stepEpoch');
    assert.equal(await epochOf(document), 1);
    await execute('resume');
    await beyond(document, 2);
    await execute('stop');
    assert.equal(await epochOf(document), await epochOf(document));
  });
});

describe('a run step by step', () => {
  it('goes on by epochs, changes its rate, looks back and writes what is looked at', async () => {
    const document = await openCopy(EXAMPLE);
    await execute('inspect');
    for (let epoch = 1; epoch <= 3; epoch++) {
      await execute('stepEpoch');
      assert.equal(await epochOf(document), epoch);
    }
    const third = await theta11(document);
    await execute('changeLearningRate', 0.01);
    await execute('stepEpoch');
    await execute('lookBack', 3);
    assert.equal(await theta11(document), third);
    await execute('lookBack', 4);
    assert.equal(await epochOf(document), 4);
    await execute('lookBack', 2);
    await execute('stop');
    assert.equal(await epochOf(document), 2);
    await execute('writeWeights');
    const written = document.getText();
    await execute('lookBack', 0);
    await execute('writeWeights');
    assert.notEqual(document.getText(), written);
  });

  it('begins again from random weights that the file’s own initialisation draws', async () => {
    const document = await openCopy(EXAMPLE);
    await execute('inspect');
    const ofFile = /\*\*θ₁₁⁽¹⁾\*\* = 0\.1 ·/;
    assert.match(await theta11(document), ofFile);
    await execute('resetRandom');
    const random = await theta11(document);
    assert.doesNotMatch(random, ofFile);
    assert.doesNotMatch(random, /after epoch/);
    await execute('reset');
    assert.match(await theta11(document), ofFile);
  });
});

it('“Export as PyTorch” writes a script of what is shown', async () => {
  await openCopy(EXAMPLE);
  await execute('inspect');
  const target = workspaceFile('exported.py');
  await execute('exportPyTorch', target);
  const script = new TextDecoder().decode(await vscode.workspace.fs.readFile(target));
  assert.match(script, /class Network\(nn\.Module\)/);
  assert.match(script, /torch\.optim\.SGD\(parameters, lr=0\.5\)/);
});
