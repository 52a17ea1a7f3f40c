import type { Editor } from '../../src/app/editor';

/** An editor whose reader chooses nothing; what it was asked to do is listed, by its name and first argument. */
export class StillEditor implements Editor {
  readonly asked: { readonly what: keyof Editor; readonly about: unknown }[] = [];

  info = this.note('info', undefined);
  warning: Editor['warning'] = this.note('warning', undefined);
  error = this.note('error', undefined);
  confirm: Editor['confirm'] = this.note('confirm', undefined);
  status = (message: string): void => void this.asked.push({ what: 'status', about: message });
  progress = this.note('progress', undefined);
  edit: Editor['edit'] = this.note('edit', false);
  show = this.note('show', undefined);
  openNew = this.note('openNew', undefined);

  /** The messages of this severity so far. */
  messages(what: 'info' | 'warning' | 'error'): unknown[] {
    return this.asked.filter((one) => one.what === what).map(({ about }) => about);
  }

  private note<T>(what: keyof Editor, answer: T): (about: unknown) => Promise<T> {
    return (about) => {
      this.asked.push({ what, about });
      return Promise.resolve(answer);
    };
  }
}
