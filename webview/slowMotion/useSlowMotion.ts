import { useEffect, useRef, useState } from 'preact/hooks';
import type { ModelSlice, ValuesSlice } from '../../src/protocol';
import { usePanel, useHostState } from '../panel';
import { backwards, forwards, type Phase, reached } from './phase';

/** The slow motion, and how it goes on. */
export interface SlowMotion {
  readonly phase: Phase | null;
  /** What the graph may show by now. */
  readonly values: ValuesSlice | null;
  /** A step can be taken: there are data, and no run is racing on. */
  readonly ready: boolean;
  /** It can go backward as well: no exercise hides the gradients. */
  readonly both: boolean;
  readonly forward: () => void;
  readonly backward: () => void;
  readonly update: () => void;
  readonly end: () => void;
}

/** Forward, backward and update by the keys f, b and u, a layer or a step at a time; Escape shows all again. */
export function useSlowMotion(model: ModelSlice, values: ValuesSlice | null): SlowMotion {
  const { host } = usePanel();
  const status = useHostState(({ training }) => training.status);
  const learningRate = useHostState(({ training }) => training.learningRate);
  const [phase, setPhase] = useState<Phase | null>(null);
  const layers = model.network.layers.length;
  const ready = values?.analysis != null && status !== 'running';
  const both = ready && values.analysis?.gradient != null;
  useEffect(() => {
    setPhase(null);
  }, [model.revision]);
  useEffect(() => {
    if (status === 'running') setPhase(null);
  }, [status]);

  const slowMotion: SlowMotion = {
    phase,
    values: reached(values, phase),
    ready,
    both,
    forward: () => {
      if (ready) setPhase(forwards(phase, layers));
    },
    backward: () => {
      if (both) setPhase(backwards(phase, layers));
    },
    update: () => {
      if (!both) return;
      setPhase({ kind: 'update', from: values, learningRate });
      void host.stepTraining('batch');
    },
    end: () => {
      setPhase(null);
    },
  };
  const latest = useRef(slowMotion);
  latest.current = slowMotion;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      const actions: Partial<Record<string, () => void>> = {
        f: latest.current.forward,
        b: latest.current.backward,
        u: latest.current.update,
        Escape: latest.current.end,
      };
      actions[event.key]?.();
    };
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', onKey);
    };
  }, []);
  return slowMotion;
}

function isTyping({ target }: KeyboardEvent): boolean {
  return (
    target instanceof Element &&
    target.closest('input:not([type=range]), textarea, vscode-text-field, vscode-dropdown') !== null
  );
}
