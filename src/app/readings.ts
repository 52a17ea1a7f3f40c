import type { Handlers } from '../channel';
import { READING_NAMES, type PanelReadings, type ReadingName } from '../readings';
import type { Compute } from './compute';
import type { RunState } from './training';

/**
 * The answers of the worker to what a panel asks. What `viewOf` gives for a revision, or refuses, is what they are about;
 * `asker` tells this panel from others, so that what it asks for takes the place of what it asked for before.
 */
export function readings(
  compute: Compute,
  viewOf: (revision: number) => RunState,
  asker: string,
): Handlers<PanelReadings> {
  const handler =
    (name: ReadingName) =>
    ({ revision, ...asked }: { readonly revision: number }): Promise<unknown> => {
      const { model, theta } = viewOf(revision);
      return compute.on(model)[name]({ theta, asker, ...asked } as never);
    };
  return Object.fromEntries(READING_NAMES.map((name) => [name, handler(name)])) as unknown as Handlers<PanelReadings>;
}
