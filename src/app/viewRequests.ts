import type { PanelView } from '../protocol';
import { Emitter, type Disposable } from './emitter';

/** Views of the panel that a command or a link asks for; the last is kept for a panel that is still opening. */
export class ViewRequests implements Disposable {
  private readonly asked = new Emitter<void>();
  private pending: PanelView | undefined;

  readonly onDidAsk = this.asked.event;

  /** Brings a view of the panel to the front. */
  ask(view: PanelView): void {
    this.pending = view;
    this.asked.fire();
  }

  /** The view that was asked for and not shown yet; given once. */
  take(): PanelView | undefined {
    const view = this.pending;
    this.pending = undefined;
    return view;
  }

  dispose(): void {
    this.asked.dispose();
  }
}
