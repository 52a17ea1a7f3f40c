import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ParameterId } from '../src/core/network';
import type { PanelStores, HostState, PanelArrangement } from './state';
import { useStore } from './store';

export const PanelContext = createContext<PanelStores | null>(null);

/** The stores and the host of the panel that this component is in. Throws outside of one. */
export function usePanel(): PanelStores {
  const panel = useContext(PanelContext);
  if (!panel) throw new Error('this component belongs in a panel');
  return panel;
}

/** What `select` reads from that which the host has told. */
export function useHostState<S>(select: (hostState: HostState) => S): S {
  return useStore(usePanel().hostState, select);
}

/** What `select` reads from the reader's arrangement. */
export function useView<S>(select: (view: PanelArrangement) => S): S {
  return useStore(usePanel().view, select);
}

/** The reader's significant digits. */
export function useDigits(): number {
  return useHostState(({ settings }) => settings.digits);
}

/** Chooses an input, whose derivative the chain then shows. */
export function openInputChain({ host, view }: Pick<PanelStores, 'host' | 'view'>, input: number): void {
  view.set({ tab: 'chain', input });
  void host.select(null);
}

/** Neither a parameter nor an input is chosen any more. */
export function clearSelection({ host, view }: Pick<PanelStores, 'host' | 'view'>): void {
  view.set({ input: 0 });
  void host.select(null);
}

/** Chooses a parameter and brings its chain to the front. */
export function openChain({ host, view }: Pick<PanelStores, 'host' | 'view'>, parameter: ParameterId): void {
  view.set({ tab: 'chain' });
  void host.select(parameter);
}
