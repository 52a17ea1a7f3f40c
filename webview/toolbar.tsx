import { useEffect, useState } from 'preact/hooks';
import { type ParameterId, parameterAt, parameterIndex, parameterLayout } from '../src/core/network';
import type { ModelSlice } from '../src/protocol';
import { Choice, Dropdown, IconButton, Stepper, TextField } from './controls';
import type { SlowMotion } from './slowMotion/useSlowMotion';
import { parameterFromText, parameterName, showCount } from './names';
import { usePanel, useHostState, useView } from './panel';

/** What the graph and the chain show: which sample, coloured by what, which parameter. */
export function Toolbar({ model, slowMotion }: { readonly model: ModelSlice; readonly slowMotion: SlowMotion }) {
  const { host, view } = usePanel();
  const hidden = useHostState(({ exercise }) => exercise !== null);
  const presentation = useView((state) => state.presentation);
  return (
    <section class="toolbar" aria-label="View">
      <SampleChoice model={model} />
      {!hidden && <ColourChoice />}
      <ParameterChoice model={model} />
      <div class="tool-icons">
        {!slowMotion.phase && (
          <IconButton
            label="Slow motion"
            title="Slow motion: forward (F), backward (B), update (U)"
            icon="motion"
            disabled={!slowMotion.ready}
            onClick={slowMotion.forward}
          />
        )}
        {!hidden && (
          <IconButton
            label="Compare with…"
            title="Compare with another file, a git revision or an epoch"
            icon="compare"
            onClick={() => {
              void host.compareWith();
            }}
          />
        )}
        <IconButton
          label="Presentation"
          title="Presentation: large type for a projector"
          icon="projector"
          pressed={presentation}
          onClick={() => {
            view.set({ presentation: !presentation });
          }}
        />
      </div>
    </section>
  );
}

function SampleChoice({ model }: { readonly model: ModelSlice }) {
  const { host } = usePanel();
  const sample = useHostState(({ selection }) => selection.sample);
  // Of one sample there is nothing to choose.
  if (model.samples <= 1) return null;
  const choose = (next: number | null): void => {
    void host.selectSample(next);
  };
  return (
    <div class="tool">
      <Dropdown
        label="Sample"
        options={[
          { value: 'mean', text: `Mean of all ${showCount(model.samples)}` },
          { value: 'one', text: 'One sample' },
        ]}
        value={sample === null ? 'mean' : 'one'}
        onChange={(value) => {
          choose(value === 'mean' ? null : 1);
        }}
      />
      {sample !== null && <Stepper noun="sample" value={sample} max={model.samples} onChange={choose} />}
    </div>
  );
}

function ColourChoice() {
  const { view } = usePanel();
  const colourBy = useView((state) => state.colourBy);
  return (
    <div class="tool">
      <span class="tool-label" aria-hidden="true">
        Color
      </span>
      <Choice
        label="Color edges by"
        options={[
          { value: 'weight', text: 'weight' },
          { value: 'gradient', text: 'gradient' },
        ]}
        value={colourBy}
        onChange={(next) => {
          view.set({ colourBy: next });
        }}
      />
    </div>
  );
}

/** Parameters that a list still helps to choose from; beyond them they are typed. */
const LISTED = 60;

function ParameterChoice({ model }: { readonly model: ModelSlice }) {
  const { host } = usePanel();
  const { network } = model;
  const selected = useHostState(({ selection }) => selection.parameter);
  const layout = parameterLayout(network.layers);
  if (layout.count > LISTED) return <ParameterField model={model} selected={selected} />;
  const options = Array.from({ length: layout.count }, (_, index) => ({
    value: String(index),
    text: parameterName(network, parameterAt(layout, index)),
  }));
  return (
    <div class="tool">
      <Dropdown
        label="Parameter"
        options={[{ value: '', text: 'No θ' }, ...options]}
        value={selected ? String(parameterIndex(layout, selected)) : ''}
        onChange={(value) => {
          void host.select(value === '' ? null : parameterAt(layout, Number(value)));
        }}
      />
    </div>
  );
}

function ParameterField({ model, selected }: { readonly model: ModelSlice; readonly selected: ParameterId | null }) {
  const { host } = usePanel();
  const name = selected ? parameterName(model.network, selected) : '';
  const [text, setText] = useState(name);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    setText(name);
    setProblem(null);
  }, [name]);
  return (
    <div class="tool">
      <TextField
        label="Parameter: layer, to, from"
        value={text}
        placeholder="θᵢⱼ⁽ˡ⁾: l, i, j"
        size={16}
        invalid={problem !== null}
        onCommit={(typed) => {
          setText(typed);
          const found = typed.trim() === '' ? null : parameterFromText(model.network, typed);
          setProblem(typeof found === 'string' ? found : null);
          if (typeof found !== 'string') void host.select(found);
        }}
      />
      {problem && (
        <span class="field-problem" role="alert">
          {problem}
        </span>
      )}
    </div>
  );
}
