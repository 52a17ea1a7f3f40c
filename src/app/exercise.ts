import { emptyClaims } from '../format';
import { forEachFile, type Editor, type OpenFiles } from './editor';
import { together, type Disposable } from './emitter';
import type { Session } from './session';
import type { ReadText } from './text';

/** The files whose gradients are hidden, by their addresses: kept from one start of the editor to the next. */
const KEY = 'exercises';

/** What the editor remembers from one start to the next. */
export interface Memory {
  get<T>(key: string, fallback: T): T;
  update(key: string, value: unknown): PromiseLike<void>;
}

/**
 * Exercise mode: the gradients of a file are hidden, everywhere, until every claim that it asks for is right, or until
 * the reader ends it. Forward values stay in sight.
 */
export class Exercises implements Disposable {
  private readonly subscriptions: Disposable;

  constructor(
    files: OpenFiles<Session>,
    private readonly memory: Memory,
    private readonly editor: Editor,
  ) {
    this.subscriptions = forEachFile(files, (session) => {
      const { grading, document } = session;
      grading.hide(this.hidden.includes(document.uri.toString()));
      return together(
        grading.onDidJudge(() => {
          if (grading.hidden && grading.solved) this.congratulate(session);
        }),
        grading.onDidHide(() => void this.remember(session)),
      );
    });
  }

  /** Hides the gradients of the session's file; offers empty claims where the file asks for none. */
  async start(session: Session): Promise<void> {
    const read = await session.text.current();
    if (!read?.file.network || !session.text.model?.data) {
      const todo = read?.file.network ? 'Add data first.' : 'Fix the file’s errors first.';
      void this.editor.info(`Cannot start an exercise. ${todo}`);
      return;
    }
    if (read.file.claims.length + read.file.source.openClaims === 0 && !(await this.addClaims(session, read))) return;
    if (session.grading.solved) {
      void this.editor.info('All claims in this file are already correct.');
      return;
    }
    // What training has made of the weights would reveal the gradients.
    await session.training.stop();
    session.view.reset();
    session.grading.hide(true);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private congratulate({ grading }: Session): void {
    const { asked = 0 } = grading.exercise ?? {};
    grading.hide(false);
    const all = asked === 1 ? 'Your claim is correct' : `All ${String(asked)} are correct`;
    void this.editor.info(`Well done! ${all}; gradients are visible again.`);
  }

  private async remember({ document, grading }: Session): Promise<void> {
    const uri = document.uri.toString();
    const others = this.hidden.filter((one) => one !== uri);
    await this.memory.update(KEY, grading.hidden ? [...others, uri] : others);
  }

  /** Offers a null for every parameter of the file. True where the reader wants them. */
  private async addClaims({ document }: Session, { text, file: { source } }: ReadText): Promise<boolean> {
    const add = 'Add empty claims';
    const question = 'This file has no "claimedGradients" yet. Add empty ones?';
    if ((await this.editor.info(question, add)) !== add) return false;
    const edits = [...source.layout.layers.keys()].flatMap((layer) => {
      const claims = emptyClaims(text, source, layer + 2);
      return claims ? [{ offset: claims.offset, length: 0, text: claims.text }] : [];
    });
    return this.editor.edit(document, edits);
  }

  private get hidden(): readonly string[] {
    return this.memory.get<readonly string[]>(KEY, []);
  }
}
