/** The editor's own ways over a network file: inlay hints, lenses, outline, folding, definitions, rename. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openCopy, problemsOf, rangeOf, replace, workspaceFile } from './tools';

const TOY = 'multiple-units-2-2-2.nn.json';

/** The toy network with claims for its output layer: right, three times too large, still open, right. */
function withClaims(text: string): string {
  const network = JSON.parse(text) as { layers: Record<string, unknown>[] };
  if (network.layers[2]) {
    network.layers[2]['claimedGradients'] = {
      weights: [
        [0.0723, 0.1577],
        [null, -0.02954],
      ],
    };
  }
  return JSON.stringify(network, null, 2);
}

async function setHints(value: string | undefined): Promise<void> {
  const settings = vscode.workspace.getConfiguration('gradientInspector');
  await settings.update('inlayHints', value, vscode.ConfigurationTarget.Global);
}

async function hintsOf(document: vscode.TextDocument, range?: vscode.Range): Promise<vscode.InlayHint[]> {
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  return vscode.commands.executeCommand('vscode.executeInlayHintProvider', document.uri, range ?? whole);
}

const labelOf = ({ label }: vscode.InlayHint): string =>
  typeof label === 'string' ? label : label.map(({ value }) => value).join('');

/** The hints as soon as there are so many: verdicts come a moment after their text. */
async function hintsOnce(document: vscode.TextDocument, count: number): Promise<string[]> {
  for (;;) {
    const hints = await hintsOf(document);
    if (hints.length === count) return hints.map(labelOf);
  }
}

async function lensesOnce(document: vscode.TextDocument, wanted: RegExp): Promise<vscode.CodeLens[]> {
  for (;;) {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    if (wanted.test(lenses.map(({ command }) => command?.title).join(' · '))) return lenses;
  }
}

describe('inlay hints', () => {
  afterEach(() => setHints(undefined));

  it('stand after claims that are not right, until they are', async () => {
    const document = await openCopy(TOY, withClaims);
    assert.deepEqual(await hintsOnce(document, 1), ['✗ ▆ 0.0526']);
    await replace(document, '0.1577', '0.0526');
    assert.deepEqual(await hintsOnce(document, 0), []);
  });

  it('stand after every weight of the lines on the screen, with sign and size', async () => {
    await setHints('gradients');
    const document = await openCopy(TOY);
    const labels = await hintsOnce(document, 8);
    assert.deepEqual(labels, [
      '▁ 0.000167',
      '▁ 0.003',
      '▔ −0.00162',
      '▔ −0.0291',
      '█ 0.0723',
      '▆ 0.0526',
      '▀ −0.0406',
      '▔ −0.0295',
    ]);
    const first = rangeOf(document, '0.1', 'weights');
    const few = await hintsOf(document, new vscode.Range(first.start.line, 0, first.start.line + 1, 0));
    assert.ok(few.length >= 1 && few.length < 8);
    await replace(document, '0.1', '0.4');
    assert.notEqual((await hintsOnce(document, 8))[0], labels[0], 'never those of an older text');
    await setHints('off');
    assert.deepEqual(await hintsOnce(document, 0), []);
  });

  it('write a claim at a double click', async () => {
    await setHints('gradients');
    const document = await openCopy(TOY);
    await hintsOnce(document, 8);
    const [hint] = await hintsOf(document);
    const [edit] = hint?.textEdits ?? [];
    assert.ok(edit, 'a claim to write');
    const change = new vscode.WorkspaceEdit();
    change.set(document.uri, [edit]);
    assert.ok(await vscode.workspace.applyEdit(change));
    const { layers } = JSON.parse(document.getText()) as { layers: { claimedGradients?: unknown }[] };
    assert.deepEqual(layers[1]?.claimedGradients, {
      weights: [
        [0.000167, null],
        [null, null],
      ],
    });
    assert.equal((await problemsOf(document, () => true)).length, 0, 'the claim is right at its precision');
  });

  it('are hidden in an exercise', async () => {
    await setHints('all');
    const document = await openCopy(TOY, withClaims);
    await hintsOnce(document, 9);
    await vscode.commands.executeCommand('gradientInspector.startExercise');
    assert.deepEqual(await hintsOnce(document, 0), []);
    await vscode.commands.executeCommand('gradientInspector.endExercise');
    await hintsOnce(document, 9);
  });

  it('leave the wide rows of 784-128-10 alone', async () => {
    await setHints('all');
    const document = await openCopy('digits-784-128-10.nn.json');
    assert.ok((await hintsOf(document)).length <= 500);
  });
});

describe('code lenses', () => {
  it('offer what can be done with the network, and say how many claims are right', async () => {
    const document = await openCopy(TOY, withClaims);
    const lenses = await lensesOnce(document, /2 of 4 right/);
    const titles = lenses.map(({ command }) => command?.title);
    assert.deepEqual(titles, ['Inspect', 'Train', 'Check', '2 of 4 right', 'Check']);
    assert.equal(lenses[0]?.range.start.line, rangeOf(document, '"layers"').start.line);
    assert.equal(lenses[3]?.range.start.line, rangeOf(document, '"claimedGradients"').start.line);
  });

  it('train, and tell the result of the last run over “training”', async () => {
    const document = await openCopy('xor.nn.json');
    const [, train] = await lensesOnce(document, /Train/);
    assert.equal(train?.command?.title, 'Train');
    await vscode.commands.executeCommand(train.command.command, ...((train.command.arguments ?? []) as unknown[]));
    const lenses = await lensesOnce(document, /J = 0\.0/);
    const show = lenses.at(-1);
    assert.equal(show?.command?.title, 'Show');
    assert.equal(show.range.start.line, rangeOf(document, '"training"').start.line);
  });
});

describe('the text of a network', () => {
  it('has an outline by layers, and folds by matrices', async () => {
    const document = await openCopy(TOY);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    const layers = symbols.filter(({ name }) => name.startsWith('Layer '));
    assert.equal(layers.length, 3);
    assert.match(layers[1]?.detail ?? '', /^2 units, sigmoid$/);
    assert.ok(layers[1]?.children.some(({ name }) => name === 'weights'));
    const ranges = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      document.uri,
    );
    const { line } = rangeOf(document, '"weights"').start;
    assert.ok(ranges.some(({ start, kind }) => start === line && kind === vscode.FoldingRangeKind.Region));
  });

  it('leads from a claim to its weight, and from a column to the CSV’s header', async () => {
    const document = await openCopy(TOY, withClaims);
    const definitionAt = (text: vscode.TextDocument, place: vscode.Position): Thenable<vscode.Location[]> =>
      vscode.commands.executeCommand('vscode.executeDefinitionProvider', text.uri, place);
    const [weight] = await definitionAt(document, rangeOf(document, '0.1577').start);
    assert.ok(weight);
    assert.equal(document.getText(weight.range), '-0.6');

    const iris = await openCopy('iris.nn.json');
    const [column] = await definitionAt(iris, rangeOf(iris, '"petal width"', '"inputs"').end.translate(0, -2));
    assert.ok(column);
    assert.equal(column.uri.toString(), workspaceFile('iris.csv').toString());
    const csv = await vscode.workspace.openTextDocument(column.uri);
    assert.ok(csv.lineAt(0).text.slice(column.range.start.character).startsWith('petal width'));
  });

  it('renames a unit', async () => {
    const document = await openCopy('xor.nn.json', (text) => {
      const network = JSON.parse(text) as { layers: Record<string, unknown>[] };
      if (network.layers[0]) network.layers[0]['labels'] = ['left', 'right'];
      return JSON.stringify(network, null, 2);
    });
    const place = rangeOf(document, '"left"').start.translate(0, 2);
    const rename = (name: string): Thenable<vscode.WorkspaceEdit> =>
      vscode.commands.executeCommand('vscode.executeDocumentRenameProvider', document.uri, place, name);
    const edit = await rename('the "first"');
    assert.ok(await vscode.workspace.applyEdit(edit));
    const { layers } = JSON.parse(document.getText()) as { layers: { labels?: string[] }[] };
    assert.deepEqual(layers[0]?.labels, ['the "first"', 'right']);
    await assert.rejects(async () => rename('right'));
  });

  it('becomes a page that stands alone', async () => {
    await openCopy(TOY);
    const target = workspaceFile('toy.html');
    await vscode.commands.executeCommand('gradientInspector.exportPage', target);
    const page = new TextDecoder().decode(await vscode.workspace.fs.readFile(target));
    assert.match(page, /<title>Multiple units 2-2-2<\/title>/);
    assert.ok(page.length < 1_000_000);
  });
});
