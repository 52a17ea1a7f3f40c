import { render } from 'preact';
import { connect } from '../src/channel';
import type { HostApi, PanelApi } from '../src/protocol';
import { App } from './app';
import { runCheck } from './check';
import { registerControls } from './controls';
import { PanelContext } from './panel';
import {
  type CheckState,
  type PanelStores,
  type Pointer,
  type Told,
  type View,
  nothingTold,
  restoreView,
  toldBy,
} from './state';
import { Store } from './store';
import type { Environment } from './transport';

/** Draws the panel into `root`, tells the host that it is ready, and keeps the reader's arrangement. */
export function start(root: HTMLElement, environment: Environment): void {
  registerControls();
  const told = new Store<Told>(nothingTold);
  const view = new Store<View>(restoreView(environment.load()));
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
      told.set(toldBy(slices));
    },
    checkProgress: (progress) => {
      check.set({ progress });
    },
    trainProgress: ({ epochs, layers }) => {
      const { history } = told.get();
      if (!history) return;
      history.series.push(epochs);
      told.set({ history: { series: history.series }, ...(layers && { layers }) });
    },
    show: (tab) => {
      view.set({ tab });
      if (tab === 'check') void runCheck(panel);
    },
  });
  const panel: PanelStores = { host, told, view, pointer, check };
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
