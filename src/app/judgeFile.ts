import { placesIn } from '../format/places';
import type { GradientFile, Orientation, readGradients } from '../format/gradients';
import { isUnwanted } from './compute';
import type { Editor } from './editor';
import { baseName } from './names';
import { verdictsOf } from './grading';
import type { Session } from './session';

/** What is needed to read a file of gradients. */
export interface GradientSource {
  readonly uri: { readonly path: string; toString(): string };
  readonly bytes: Uint8Array;
  readonly read: typeof readGradients;
  /** Which way round square matrices stand; undefined: canceled. */
  readonly askOrientation: () => Promise<Orientation | undefined>;
}

/**
 * Judges every gradient of the file at the weights of the session's text, with progress that can be canceled. True where
 * there is a judgment. Throws an Error for people where the file holds no gradients of this network.
 */
export async function judgeGradientFile(session: Session, editor: Editor, source: GradientSource): Promise<boolean> {
  const { text, compute, grading } = session;
  await text.current();
  const { own } = text;
  if (!own?.model.data) throw new Error(own ? 'the network has no data' : 'fix the network’s errors first');
  const found = await read(source, own.model.network);
  if (!found) return false;
  const { claims, text: places, problems } = found.content;
  const { orientation } = found;
  const uri = source.uri.toString();
  const name = baseName(source.uri);
  const problem = problems.find(({ severity }) => severity === 'error');
  if (problem) {
    if (places !== undefined) grading.refuseFile({ uri, text: places, problems });
    const { line, column } = placesIn(places ?? '')(problem.offset);
    throw new Error(`line ${String(line)}, column ${String(column)}: ${problem.message}`);
  }
  if (claims.length === 0) throw new Error('it has no gradients');
  let judged = false;
  await editor.progress(`Judging ${name}`, async (progress) => {
    const requester = 'gradient file';
    const remote = compute.on(own.model);
    let shown = 0;
    const watching = session.onDidJudge(({ part }) => {
      const percent = Math.floor(100 * part);
      progress.report({ increment: percent - shown, message: `${String(percent)} %` });
      shown = percent;
    });
    const canceling = progress.onDidCancel(() => void remote.leave(requester));
    try {
      const judgment = await remote.claims({ theta: own.theta, claims, computed: true, requester });
      // A network that was edited meanwhile is not the one that was judged.
      if (text.own?.model !== own.model) return;
      const verdicts = verdictsOf(claims, judgment.claims);
      grading.judgeFile({ uri, name, verdicts, diagnosis: judgment.diagnosis, text: places, orientation });
      judged = true;
    } catch (error) {
      if (!isUnwanted(error)) throw error;
    } finally {
      watching.dispose();
      canceling.dispose();
    }
  });
  return judged;
}

/** Asks for the orientation only where it makes a difference. */
async function read(
  { bytes, read: readAs, askOrientation }: GradientSource,
  network: Parameters<typeof readGradients>[1],
): Promise<{ readonly content: GradientFile; readonly orientation?: Orientation } | undefined> {
  const straight = readAs(bytes, network, 'units-by-inputs');
  const turned = readAs(bytes, network, 'inputs-by-units');
  if (straight.transposed.join() === turned.transposed.join()) return { content: straight };
  const orientation = await askOrientation();
  return orientation && { content: orientation === 'units-by-inputs' ? straight : turned, orientation };
}
