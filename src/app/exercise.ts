import { emptyClaims, parseNetworkFile } from '../format';
import { forEachFile, type Editor, type OpenFiles, type OpenText } from './editor';
import { together, type Disposable } from './emitter';
import type { Session } from './session';
import type { ReadText } from './text';

/** Selects the first null among the answers of a file, a ∂J/∂θ with those of its layer in view. */
export async function showOpenClaim(document: OpenText, editor: Editor): Promise<void> {
  const { source, values } = parseNetworkFile(document.getText(), { fileName: '' });
  const [value] = values.open;
  const [first] = source.openClaims;
  // In the order of the work: what comes before the gradients first.
  if (value) {
    await editor.show(document, value, value);
    return;
  }
  const last = source.openClaims.filter(({ parameter }) => parameter.layer === first?.parameter.layer).at(-1);
  if (!first || !last) return;
  await editor.show(document, first, { offset: first.offset, length: last.offset + last.length - first.offset });
}

/** The files whose gradients are hidden, by their addresses: kept from one start of the editor to the next. */
const KEY = 'exercises';

/** The file that lists them for a server that runs beside the editor: a JSON array of paths. */
export const EXERCISES_FILE = 'exercises.json';

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
      grading.hide(this.files.includes(document.uri.toString()));
      return together(
        grading.onDidJudge(() => {
          if (grading.started && grading.solved) this.congratulate(session);
        }),
        grading.onDidSolve(() => {
          this.congratulate(session);
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
    if (read.file.claims.length + read.file.source.openClaims.length === 0 && !(await this.addClaims(session, read)))
      return;
    if (session.grading.solved) {
      void this.editor.info('All claims in this file are already correct.');
      return;
    }
    // What training has made of the weights would reveal the gradients.
    await session.training.stop();
    session.view.reset();
    session.grading.hide(true);
  }

  /** Shows the gradients again; a sheet that locks itself stays locked. */
  end({ grading }: Session): void {
    grading.hide(false);
    if (grading.locked) void this.editor.info('This sheet stays locked until all its answers are correct.');
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private congratulate({ grading }: Session): void {
    const asked = grading.questions;
    grading.hide(false);
    const all = asked === 1 ? 'Your claim is correct' : `All ${String(asked)} are correct`;
    void this.editor.info(`Well done! ${all}; gradients are visible again.`);
  }

  private async remember({ document, grading }: Session): Promise<void> {
    const uri = document.uri.toString();
    const others = this.files.filter((one) => one !== uri);
    await this.memory.update(KEY, grading.started ? [...others, uri] : others);
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
    if (!(await this.editor.edit(document, edits))) return false;
    await showOpenClaim(document, this.editor);
    return true;
  }

  /** The addresses of the files whose gradients are hidden. */
  get files(): readonly string[] {
    return this.memory.get<readonly string[]>(KEY, []);
  }
}
