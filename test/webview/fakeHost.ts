/**
 * The other side of the panel, in the page itself: the real format, core and worker, without VS Code between. Built for
 * the browser and run before the panel, it gives the page its `acquireVsCodeApi` and the tests a `fakeHost`.
 */

import { connect, type Handlers, type Port, type Remote } from '../../src/channel';
import { EpochSeries, type EpochRows } from '../../src/core/epochs';
import type { ParameterId } from '../../src/core/network';
import { csvText, loadNetworkFile } from '../../src/format';
import type {
  ClaimSlice,
  ExerciseSlice,
  HostApi,
  LayerMeasures,
  ModelSlice,
  Notice,
  PanelApi,
  PanelState,
  RunStart,
  StepUnit,
  TrainingSlice,
  ValuesSlice,
  WorkerApi,
  WorkerEvents,
} from '../../src/protocol';
import type { HostReadings } from '../../src/readings';
import { faithful } from '../../src/wire';
import { serve } from '../../src/worker/service';

/** What a page is opened with. */
export interface Fixture {
  readonly fileName: string;
  readonly text: string;
  readonly csv: string;
  readonly bodyClass: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly digits: number;
}

export class FakeHost {
  /** The calls of the panel, in order: `select`, `train`, … */
  readonly calls: { readonly name: string; readonly argument: unknown }[] = [];
  private readonly worker: Remote<WorkerApi>;
  private readonly panel: Remote<PanelApi>;
  private revision = 0;
  private model: ModelSlice | null = null;
  private values: ValuesSlice | null = null;
  private notice: Notice | null = null;
  private parameter: ParameterId | null = null;
  private sample: number | null = null;
  private fileTheta = new Float64Array();
  private theta = new Float64Array();
  private epoch = 0;
  private training: TrainingSlice = idle;
  private series: EpochSeries | null = null;
  private runs = 0;
  private run: RunStart | null = null;
  private ready = false;
  private claim: ClaimSlice | null = null;
  private exercise: ExerciseSlice | null = null;

  constructor(
    port: Port,
    private readonly fixture: Fixture,
  ) {
    const [near, far] = portPair();
    serve(far, () => new Promise((resolve) => setTimeout(resolve)));
    this.worker = connect<WorkerApi, WorkerEvents>(near, {
      trained: ({ epochs, theta, layers, findings }) => {
        if (findings.length > 0) this.setTraining({ findings: [...this.training.findings, ...findings] });
        this.progress(epochs, theta, layers);
      },
      checked: (progress) => {
        void this.panel.checkProgress(progress);
      },
    }).remote;
    this.panel = connect<PanelApi, HostApi>(faithful(port), this.handlers()).remote;
  }

  /** The text of the file is now this one. */
  async edit(text: string): Promise<void> {
    const { network, data, problems } = await loadNetworkFile(text, {
      fileName: this.fixture.fileName,
      readCsv: () => Promise.resolve(csvText(this.fixture.csv)),
    });
    const errors = problems.filter(({ severity }) => severity === 'error');
    this.notice =
      errors.length === 0
        ? null
        : {
            severity: 'error',
            message: `The text has ${errors.length === 1 ? 'an error' : `${String(errors.length)} errors`}: this is the last network without one.`,
            details: errors.map(({ message }) => `line 1: ${message}`),
            actions: ['problems'],
          };
    if (network) {
      await this.worker.load({ network, data });
      this.model = {
        revision: ++this.revision,
        network,
        samples: data?.training.count ?? 0,
        validationSamples: data?.validation?.count ?? 0,
        inputNames: data?.inputNames ?? null,
        classNames: data?.classNames ?? null,
        standardization: data?.standardization ?? null,
      };
      this.fileTheta = network.theta.slice();
      this.theta = network.theta.slice();
      await this.analyse();
    }
    this.send();
  }

  async show(...view: Parameters<PanelApi['show']>): Promise<void> {
    await this.panel.show(...view);
  }

  /** The judge has said this of the claim for the selected parameter. */
  judge(claim: ClaimSlice | null): void {
    this.claim = claim;
    this.update({ claim });
  }

  /** Gradients are hidden now; null: shown again. */
  startExercise(exercise: ExerciseSlice | null): void {
    this.exercise = exercise;
    this.update({ exercise, values: this.shownValues() });
  }

  private shownValues(): ValuesSlice | null {
    const { exercise, values } = this;
    if (!exercise || !values?.analysis) return values;
    const { units, ...rest } = values.analysis;
    const analysis = { ...rest, gradient: null, units: { ...units, delta: [] } };
    return { ...values, revision: values.revision + 1, analysis };
  }

  /** The cursor in the text is on this parameter now. */
  select(parameter: ParameterId | null): void {
    this.parameter = parameter;
    this.update({ selection: { parameter, sample: this.sample } });
  }

  /** This sample is on the screen now; null: the mean of all. */
  async selectSample(sample: number | null): Promise<void> {
    this.sample = sample;
    this.update({ selection: { parameter: this.parameter, sample } });
    await this.analyse();
    this.update({ values: this.values });
  }

  private async analyse(): Promise<void> {
    const { theta, sample, epoch } = this;
    const analysis = this.model?.samples
      ? await this.worker.analyse({ theta, ...(sample === null ? {} : { sample }) })
      : null;
    this.values = { revision: (this.values?.revision ?? 0) + 1, theta, epoch, sample, analysis };
  }

  private send(): void {
    if (!this.ready) return;
    const state: PanelState = {
      file: { name: this.fixture.fileName },
      settings: { digits: this.fixture.digits },
      notice: this.notice,
      model: this.model,
      values: this.shownValues(),
      claim: this.claim,
      exercise: this.exercise,
      selection: { parameter: this.parameter, sample: this.sample },
      training: this.training,
      history: this.series?.rows() ?? null,
      earlierRuns: [],
    };
    void this.panel.update(state);
  }

  private update(slices: Partial<PanelState>): void {
    void this.panel.update(slices);
  }

  private progress(epochs: EpochRows, theta: Float64Array, layers: LayerMeasures | null): void {
    this.series?.push(epochs);
    this.theta = new Float64Array(theta);
    this.epoch = this.series?.newest ?? 0;
    void this.panel.trainProgress({ epochs, layers });
    void this.analyse().then(() => {
      this.update({ values: this.values });
    });
  }

  private setTraining(part: Partial<TrainingSlice>): void {
    this.training = {
      ...this.training,
      ...part,
      unwritten: this.theta.some((value, at) => value !== this.fileTheta[at]),
    };
    this.update({ training: this.training });
  }

  private handlers() {
    const note = (name: string, argument?: unknown): void => {
      this.calls.push({ name, argument });
    };
    const own = (sample: number | null): { sample?: number } => (sample === null ? {} : { sample });
    return {
      ready: () => {
        this.ready = true;
        this.send();
      },
      select: (parameter: ParameterId | null) => {
        note('select', parameter);
        this.select(parameter);
      },
      selectSample: async (sample: number | null) => {
        note('selectSample', sample);
        await this.selectSample(sample);
      },
      reveal: (parameter: ParameterId) => {
        note('reveal', parameter);
      },
      ...this.readings(own),
      rows: ({ first, count }: Parameters<HostApi['rows']>[0]) => this.worker.rows({ theta: this.theta, first, count }),
      predictions: ({ rows }: Parameters<HostApi['predictions']>[0]) =>
        this.worker.predictions({ theta: this.theta, rows }),
      check: ({ sample, against }: Parameters<HostApi['check']>[0]) =>
        this.worker.check({ theta: this.theta, against, ...own(sample) }),
      stopCheck: () => this.worker.stop('check'),
      train: async () => {
        note('train');
        await this.begin(false);
      },
      pauseTraining: async () => {
        await this.worker.pause();
        this.setTraining({ status: 'paused' });
      },
      resumeTraining: async () => {
        await this.worker.resume();
        this.setTraining({ status: 'running' });
      },
      cancelTraining: () => this.worker.stop('training'),
      reset: async () => {
        note('reset');
        this.theta = this.fileTheta.slice();
        this.epoch = 0;
        this.series = null;
        this.update({ history: null });
        await this.analyse();
        this.update({ values: this.values });
        this.setTraining({ status: 'idle', outcome: null });
      },
      writeWeights: () => {
        note('writeWeights');
        this.fileTheta = this.theta.slice();
        this.setTraining({});
      },
      stepTraining: async (unit: StepUnit) => {
        note('stepTraining', unit);
        if (this.training.status !== 'paused') void this.begin(true);
        await this.worker.step(unit);
      },
      setLearningRate: async (learningRate: number) => {
        note('setLearningRate', learningRate);
        await this.worker.setLearningRate(learningRate);
        this.setTraining({ learningRate });
      },
      lookAt: async (epoch: number | null) => {
        note('lookAt', epoch);
        if (!this.run || !this.series) return;
        const at = epoch ?? this.series.newest;
        this.setTraining({ lookedAt: epoch });
        this.theta = new Float64Array(await this.worker.lookBack({ run: this.run, epoch: at }));
        this.epoch = at;
        await this.analyse();
        this.update({ values: this.values });
      },
      thetaAt: async (epoch: number) => {
        note('thetaAt', epoch);
        if (!this.run) throw new Error('there is no run');
        return this.worker.lookBack({ run: this.run, epoch, asker: 'panel' });
      },
      saveChart: (request: Parameters<HostApi['saveChart']>[0]) => {
        note('saveChart', request);
      },
      saveHistory: () => {
        note('saveHistory');
      },
      endExercise: () => {
        note('endExercise');
        this.startExercise(null);
      },
      showProblems: () => {
        note('showProblems');
      },
      showTrained: () => {
        note('showTrained');
      },
    };
  }

  private async begin(paused: boolean): Promise<void> {
    const epochs = this.model?.network.training.epochs ?? 0;
    const learningRate = this.model?.network.training.optimizer.learningRate ?? 0;
    this.series = new EpochSeries();
    this.update({ history: this.series.rows() });
    const status = paused ? 'paused' : 'running';
    this.setTraining({ status, outcome: null, totalEpochs: epochs, learningRate, findings: [], lookedAt: null });
    this.run = { id: ++this.runs, theta: this.theta, epoch: 0, learningRates: [] };
    const { theta, epoch, stopReason } = await this.worker.train({ run: this.run, paused });
    this.theta = new Float64Array(theta);
    this.epoch = epoch;
    await this.analyse();
    this.update({ values: this.values });
    this.setTraining({ status: 'ended', outcome: { kind: stopReason, message: endings[stopReason](epoch) } });
  }

  private readings(own: (sample: number | null) => { sample?: number }): Handlers<HostReadings> {
    const asker = 'panel';
    const theta = (): Float64Array => this.theta;
    return {
      chain: ({ parameter, sample, paths }) =>
        this.worker.chain({ theta: theta(), parameter, paths, asker, ...own(sample) }),
      contributions: ({ parameter, routes }) => this.worker.contributions({ theta: theta(), parameter, routes, asker }),
      recursions: ({ sample, nodes, limit }) => this.worker.recursions({ theta: theta(), sample, nodes, limit }),
      layerWindow: ({ window }) => this.worker.layerWindow({ theta: theta(), window }),
      nudge: async ({ parameter, sample, step }) => {
        const steps = Float64Array.of(step);
        const [gain = NaN] = await this.worker.nudge({ theta: theta(), parameter, steps, asker, ...own(sample) });
        return gain;
      },
      slice: ({ parameter, sample, range }) =>
        this.worker.slice({ theta: theta(), parameter, range, asker, ...own(sample) }),
      descend: ({ parameter, sample, learningRate }) =>
        this.worker.descend({ theta: theta(), parameter, learningRate, asker, ...own(sample) }),
      stepCurve: ({ parameter, sample, gradient }) =>
        this.worker.stepCurve({ theta: theta(), parameter, gradient, asker, ...own(sample) }),
      copyDerivation: (request) => {
        this.calls.push({ name: 'copyDerivation', argument: request });
      },
      saveDerivation: (request) => {
        this.calls.push({ name: 'saveDerivation', argument: request });
      },
    };
  }
}

const idle: TrainingSlice = {
  status: 'idle',
  outcome: null,
  totalEpochs: 0,
  batch: null,
  learningRate: 0.1,
  findings: [],
  lookedAt: null,
  unwritten: false,
};

const endings = {
  epochs: (epoch: number) => `Trained to epoch ${String(epoch)}.`,
  loss: (epoch: number) => `Stopped at epoch ${String(epoch)}: J is small enough.`,
  gradientNorm: (epoch: number) => `Stopped at epoch ${String(epoch)}: ‖∇J‖₂ is small enough.`,
  patience: (epoch: number) => `Stopped at epoch ${String(epoch)}: no better loss.`,
  diverged: (epoch: number) => `Diverged after epoch ${String(epoch)}: the next J is not finite.`,
  cancelled: (epoch: number) => `Stopped at epoch ${String(epoch)}.`,
};

/** Two ends of one wire; what is posted arrives later, as a copy. */
function portPair(): [Port, Port] {
  const { port1, port2 } = new MessageChannel();
  const wrap = (port: MessagePort): Port => ({
    post: (message) => {
      port.postMessage(message);
    },
    onMessage: (listener) => {
      const receive = ({ data }: MessageEvent): void => {
        listener(data);
      };
      port.addEventListener('message', receive);
      port.start();
      return () => {
        port.removeEventListener('message', receive);
      };
    },
  });
  return [wrap(port1), wrap(port2)];
}

declare global {
  interface Window {
    fixture: Fixture;
    fakeHost: FakeHost;
  }
}

const SAVED = 'panel state';
const { fixture } = window;
document.body.className = fixture.bodyClass;
for (const [name, value] of Object.entries(fixture.variables)) document.documentElement.style.setProperty(name, value);

/** As VS Code's webview does: messages arrive as events of the window. */
const toHost = new Set<(message: unknown) => void>();
const hostPort: Port = {
  post: (message) => {
    const copy: unknown = structuredClone(message);
    setTimeout(() => window.dispatchEvent(new MessageEvent('message', { data: copy })));
  },
  onMessage: (listener) => {
    toHost.add(listener);
    return () => toHost.delete(listener);
  },
};
Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage: (message: unknown) => {
      const copy: unknown = structuredClone(message);
      setTimeout(() => {
        for (const listener of toHost) listener(copy);
      });
    },
    getState: (): unknown => JSON.parse(sessionStorage.getItem(SAVED) ?? 'null'),
    setState: (state: unknown) => {
      sessionStorage.setItem(SAVED, JSON.stringify(state));
    },
  }),
});
window.fakeHost = new FakeHost(hostPort, fixture);
void window.fakeHost.edit(fixture.text);
