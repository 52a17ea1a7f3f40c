import { aligned, isBuiltAlike, structureDifference } from '../core/difference';
import type { EpochRows } from '../core/epochs';
import type { Network } from '../core/network';
import { loadNetworkFile } from '../format';
import { placesIn } from '../format/places';
import type { ComparisonSlice } from '../protocol';
import { isUnwanted, type Compute } from './compute';
import { Emitter, together, type Disposable } from './emitter';
import type { Grading } from './grading';
import type { Session } from './session';
import { lockOf } from './sheet';
import { slices } from './slices';
import type { CsvFiles } from './text';
import type { View } from './view';

/** What a network is compared with. */
export interface ComparedNetwork {
  /** What it is, for a person: `iris.nn.json`, `HEAD`, `epoch 12`. */
  readonly name: string;
  readonly network: Network;
  readonly theta: Float64Array;
  /** Its own run, where one is known. */
  readonly history: EpochRows | null;
}

/** Another network laid beside the one that is shown: what of it a panel shows follows the network shown. */
export class Comparison implements Disposable {
  private readonly changed = new Emitter<void>();
  private readonly subscriptions: Disposable;
  private compared: ComparedNetwork | undefined;
  /** Rises with whatever what is shown was made from: an answer to an older question is dropped. */
  private version = 0;
  private revision: number | undefined;

  readonly onDidChange = this.changed.event;
  /** Null while nothing is compared, and while an exercise hides gradients: the difference of two epochs is one. */
  slice: ComparisonSlice | null = null;

  constructor(
    private readonly view: View,
    private readonly compute: Compute,
    private readonly grading: Grading,
  ) {
    this.subscriptions = together(
      view.onDidChange(() => {
        if (this.compared && view.shown?.model.revision !== this.revision) this.refresh();
      }),
      grading.onDidHide(() => {
        this.refresh();
      }),
      this.changed,
    );
  }

  /** Compares with this network from now on; undefined: with none. */
  with(other: ComparedNetwork | undefined): void {
    this.compared = other;
    this.refresh();
  }

  /** θ′ of a network that is built as the one that is shown; undefined where none is compared with. */
  get other(): Float64Array | undefined {
    return this.slice && isBuiltAlike(this.slice.structure) ? this.slice.theta : undefined;
  }

  dispose(): void {
    this.version++;
    this.subscriptions.dispose();
  }

  private refresh(): void {
    const version = ++this.version;
    const { compared, view } = this;
    const { shown } = view;
    this.revision = shown?.model.revision;
    this.slice = null;
    if (compared && shown && !this.grading.hidden) {
      const { network } = shown.model;
      this.slice = {
        name: compared.name,
        theta: aligned(network, compared.network, compared.theta),
        structure: structureDifference(network, compared.network),
        history: compared.history,
        loss: null,
        gradient: null,
      };
      void this.analyse(version, this.slice, compared);
    }
    this.changed.fire();
  }

  /** J(θ′) and ∂J/∂θ′ over the data of the network that is shown, where θ′ is of a network built alike. */
  private async analyse(version: number, slice: ComparisonSlice, { theta }: ComparedNetwork): Promise<void> {
    const model = this.view.shown?.model;
    if (!model?.data || !isBuiltAlike(slice.structure)) return;
    try {
      const { loss, gradient } = await this.compute.on(model).analyse({ theta });
      if (version !== this.version) return;
      this.slice = { ...slice, loss, gradient };
      this.changed.fire();
    } catch (error) {
      if (!isUnwanted(error)) throw error;
    }
  }
}

/** The text of another network file, and the files that it names. */
export interface OtherText {
  readonly name: string;
  readonly text: string;
  readonly files: Pick<CsvFiles, 'read' | 'bytes'>;
  readonly history: EpochRows | null;
}

/** Compares the network of the session with the one that this text says. Throws an Error for people where it says none. */
export async function compareWithText(session: Session, { name, text, files, history }: OtherText): Promise<void> {
  await session.text.current();
  if (!session.view.shown) throw new Error('fix the network’s errors first');
  const { network, problems, ...file } = await loadNetworkFile(text, {
    fileName: name,
    readCsv: (path) => files.read(path),
    readBytes: (path) => files.bytes(path),
    yieldNow: slices(),
  });
  if (!network) {
    const [problem] = problems.filter(({ severity }) => severity === 'error');
    const at = placesIn(text)(problem?.offset ?? 0);
    throw new Error(`line ${String(at.line)}: ${problem?.message ?? 'it holds no network'}`);
  }
  if (lockOf({ ...file, network }).hidden.backward)
    throw new Error('it is a locked exercise sheet, whose values a comparison would reveal');
  session.comparison.with({ name, network, theta: network.theta, history });
}
