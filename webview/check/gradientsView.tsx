import { useState } from 'preact/hooks';
import type { Diagnosis, FoundMistake } from '../../src/core/mistakes/diagnosis';
import { othersInWords } from '../../src/core/mistakes/phrases';
import { superscript } from '../../src/core/notation';
import type { ModelSlice } from '../../src/protocol';
import { Button, Choice, Icon } from '../controls';
import { Empty } from '../empty';
import { showCount } from '../names';
import { usePanel, useHostState } from '../panel';
import { backwardPass } from './backwardPass';
import { textDifference } from './difference';
import { RatioMaps } from './ratioMaps';

/** What is wrong with the reader's own gradients, as a whole: a file's, or those that the text claims. */
export function GradientsView({ model }: { readonly model: ModelSlice }) {
  const { host } = usePanel();
  const judged = useHostState(({ gradients }) => gradients);
  const judge = (
    <Button label="Judge gradients from a file…" icon="reveal" onClick={() => void host.judgeGradients()} />
  );
  if (!judged) {
    return (
      <Empty title="No gradients to judge" action={judge}>
        Choose a file with your program’s gradients (JSON, .npz or .safetensors), or add “claimedGradients” to the
        network file.
      </Empty>
    );
  }
  const { file, sentence, diagnosis, entries } = judged;
  return (
    <div class="judged">
      <div class="judged-head">
        <p class={`judged-sentence${diagnosis ? ' wrong' : ''}`} role="status">
          <Icon name={diagnosis ? 'fail' : 'info'} />
          <span>{sentence}</span>
        </p>
        <p class="muted">{file ? `Gradients in ${file}` : 'Gradients claimed in the network file'}</p>
        {judge}
      </div>
      {diagnosis?.mistakes.map((mistake, at) => (
        <Mistake key={at} mistake={mistake} />
      ))}
      {diagnosis && <BackwardPass layers={model.network.layers.length} diagnosis={diagnosis} />}
      {diagnosis && <Blocks diagnosis={diagnosis} />}
      {entries && diagnosis && <RatioMaps model={model} entries={entries} />}
    </div>
  );
}

function Mistake({ mistake: { right, yours, lines, or } }: { readonly mistake: FoundMistake }) {
  const [library, setLibrary] = useState<'numpy' | 'pytorch'>('numpy');
  const code = lines[library];
  return (
    <section class="judged-mistake" aria-label="The formula and the line to change">
      {right && <LineContrast right={right} yours={yours} />}
      {code.right && (
        <>
          <div class="judged-code">
            <h2>The line to change</h2>
            <Choice
              label="Code"
              options={[
                { value: 'numpy', text: 'NumPy' },
                { value: 'pytorch', text: 'PyTorch' },
              ]}
              value={library}
              onChange={setLibrary}
            />
          </div>
          <LineContrast right={code.right} yours={code.yours} />
        </>
      )}
      {or.length > 0 && <p class="muted">The same numbers also result from: {othersInWords({ or })}.</p>}
    </section>
  );
}

/** The right line above the reader's, with what differs marked. */
function LineContrast({ right, yours }: { readonly right: string; readonly yours: string }) {
  const difference = textDifference(right, yours);
  return (
    <dl class="contrast">
      <dt>Right</dt>
      <dd>
        {difference.before}
        {difference.right && <ins>{difference.right}</ins>}
        {difference.after}
      </dd>
      <dt>Yours</dt>
      <dd>
        {difference.before}
        {difference.yours && <del>{difference.yours}</del>}
        {difference.after}
      </dd>
    </dl>
  );
}

const states = { right: 'right', wrong: 'wrong', unknown: 'unknown' } as const;

/** From the output's error to the first layer's gradients. */
function BackwardPass({ layers, diagnosis }: { readonly layers: number; readonly diagnosis: Diagnosis }) {
  return (
    <section>
      <h2>Backward pass</h2>
      <ol class="backward-pass" aria-label="Backward pass, from the output to the input">
        {backwardPass(layers, diagnosis).map((column) => (
          <li key={column[0]?.name} class="backward-column">
            {column.map(({ name, state, here }) => (
              <span
                key={name}
                class={`backward-step ${state}${here ? ' here' : ''}`}
                title={`${name}: ${here ? 'the first wrong quantity' : states[state]}`}
              >
                <span class="symbol-text">{name}</span>
                {state !== 'unknown' && <Icon name={state === 'right' ? 'pass' : 'fail'} />}
                <span class="visually-hidden">{here ? 'the first wrong quantity' : states[state]}</span>
              </span>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Blocks({ diagnosis: { blocks } }: { readonly diagnosis: Diagnosis }) {
  return (
    <table class="judged-blocks">
      <caption>Gradients by layer</caption>
      <thead>
        <tr>
          <th scope="col">Block</th>
          <th scope="col">Claimed</th>
          <th scope="col">Wrong</th>
        </tr>
      </thead>
      <tbody>
        {blocks.map(({ layer, part, claimed, wrong }) => (
          <tr key={`${String(layer)} ${part}`}>
            <th scope="row">
              θ{superscript(`(${String(layer)})`)} {part}
            </th>
            <td class="numeric">{showCount(claimed)}</td>
            <td class="numeric">{showCount(wrong)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
