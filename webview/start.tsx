import { render } from 'preact';
import { connect } from '../src/channel';
import type { HostApi, PanelApi } from '../src/protocol';
import { App } from './app';
import { runCheckWhenKnown } from './check/check';
import { registerControls } from './controls';
import { PanelContext } from './panel';
import {
  type CheckState,
  type PanelStores,
  type Pointer,
  type HostState,
  type PanelArrangement,
  emptyHostState,
  restoreView,
  toldBy,
} from './state';
import { Store } from './store';
import type { Environment } from './transport';

/** Draws the panel into `root`, tells the host that it is ready, and keeps the reader's arrangement. */
export function start(root: HTMLElement, environment: Environment): void {
  registerControls();
  const hostState = new Store<HostState>(emptyHostState);
  const view = new Store<PanelArrangement>(restoreView(environment.load()));
  const pointer = new Store<Pointer>({ factor: null });
  const check = new Store<CheckState>({
    against: 'differences',
    running: false,
    progress: null,
    result: null,
    error: null,
  });

  const { remote: host } = connect<HostApi, PanelApi>(environment.port, {
    update: (slices) => {
      hostState.set(toldBy(slices));
      return drawn();
    },
    checkProgress: (progress) => {
      check.set({ progress });
    },
    trainProgress: ({ epochs, layers }) => {
      const { history } = hostState.get();
      if (!history) return undefined;
      history.series.push(epochs);
      hostState.set({ history: { series: history.series }, ...(layers && { layers }) });
      return drawn();
    },
    show: (what) => {
      if (what === 'presentation') {
        view.set({ presentation: !view.get().presentation });
        return;
      }
      view.set(
        what === 'chain' || what === 'compare'
          ? { tab: what }
          : { tab: 'check', checkOf: what === 'gradients' ? 'gradients' : 'check' },
      );
      if (what === 'check') void runCheckWhenKnown(panel);
    },
  });
  const panel: PanelStores = { host, hostState, view, pointer, check };
  view.subscribe(() => {
    environment.save(view.get());
  });
  render(
    <PanelContext.Provider value={panel}>
      <App />
    </PanelContext.Provider>,
    root,
  );
  void host.ready();
}

/**
 * Resolves when what has been told is on the screen: the host tells the next only then. Otherwise a large network in training
 * would be told faster than it can be drawn, and a click would wait behind all of it.
 */
function drawn(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      setTimeout(resolve);
    });
  });
}
