/**
 * The real application in the page of the panel, over an in-memory port: what is missing is VS Code. Built for the browser
 * and run before the panel, it gives the page its `acquireVsCodeApi` and the tests a `pageApp`.
 */

import type { Editor } from '../../src/app/editor';
import { compareWithText } from '../../src/app/comparison';
import { Emitter } from '../../src/app/emitter';
import { connectPanel } from '../../src/app/panel';
import { judgeGradientFile } from '../../src/app/judgeFile';
import { Session } from '../../src/app/session';
import { withEdits } from '../../src/app/weights';
import type { Port } from '../../src/channel';
import type { JudgedClaim } from '../../src/core/mistakes/claims';
import type { ParameterId } from '../../src/core/network';
import { readGradients } from '../../src/format/gradients';
import type { ClaimSlice, ExerciseSlice, PanelView } from '../../src/protocol';
import { MemoryText, csvInMemory, workerInMemory } from '../app/inMemory';

/** What a page is opened with. */
export interface Fixture {
  readonly fileName: string;
  readonly text: string;
  readonly csv: string;
  readonly bodyClass: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly digits: number;
}

const startWorker = workerInMemory(() => new Promise((resolve) => setTimeout(resolve)));

export class PageApp {
  /** The calls of the panel, in order: `select`, `train`, … */
  readonly calls: { readonly name: string; readonly argument: unknown }[] = [];
  /** What was said to the reader outside the panel. */
  readonly messages: string[] = [];
  /** What was saved of each picture last. */
  readonly pictures = new Map<string, Uint8Array>();
  readonly session: Session<MemoryText>;

  constructor(port: Port, fixture: Fixture) {
    this.setTheme(fixture);
    this.session = new Session(new MemoryText(fixture.fileName, fixture.text), startWorker, csvInMemory(fixture.csv));
    const nothing = (): void => undefined;
    connectPanel(this.session, {
      port: this.noting(port),
      editor: this.editor,
      commands: {
        reveal: nothing,
        showProblems: nothing,
        startExercise: () => {
          this.session.grading.hide(true);
        },
        savePicture: ({ of, bytes }) => {
          this.pictures.set(of, bytes);
        },
        saveHistory: nothing,
        copyDerivation: nothing,
        saveDerivation: nothing,
        judgeGradients: nothing,
        compareWith: nothing,
      },
      settings: () => ({ digits: fixture.digits }),
      visible: () => true,
      onDidChange: new Emitter<void>().event,
    });
    void this.session.text.current();
  }

  /** The text of the file is now this one. */
  async edit(text: string): Promise<void> {
    this.session.document.change(text);
    await this.session.text.current();
  }

  /** As VS Code does when its theme changes. */
  setTheme({ bodyClass, variables }: Pick<Fixture, 'bodyClass' | 'variables'>): void {
    const { style } = document.documentElement;
    for (const name of [...style].filter((name) => name.startsWith('--vscode-'))) style.removeProperty(name);
    for (const [name, value] of Object.entries(variables)) style.setProperty(name, value);
    document.body.className = bodyClass;
  }

  show(view: PanelView): void {
    this.session.viewRequests.ask(view);
  }

  /** The cursor in the text is on this parameter now; waits for the network where it is still being read. */
  async select(parameter: ParameterId | null): Promise<void> {
    await this.session.text.current();
    this.session.selection.select(parameter);
  }

  /** This sample is on the screen now; null: the mean of all. */
  async selectSample(sample: number | null): Promise<void> {
    await this.session.text.current();
    this.session.selection.selectSample(sample);
  }

  /** The judge has said this of the claim for the selected parameter; right claims for others make up the exercise's score. */
  judge({ claimed, remark, location }: ClaimSlice): void {
    const { grading, selection } = this.session;
    const { right, asked } = grading.exercise ?? { right: 0, asked: 8 };
    const own = judged({ parameter: selection.parameter, claimed, location, remark, correct: remark === null });
    grading.judge([own, ...correct(right)], asked);
  }

  /** Judges what a file of gradients holds, and shows the judgment. */
  async judgeGradients(json: string): Promise<void> {
    await judgeGradientFile(this.session, this.editor, {
      uri: { path: '/gradients.json' },
      bytes: new TextEncoder().encode(json),
      read: readGradients,
      askOrientation: () => Promise.resolve('units-by-inputs'),
    });
    this.show('gradients');
  }

  /** Compares with the network that this text says, and shows the comparison. */
  async compare(text: string): Promise<void> {
    const files = csvInMemory(window.fixture.csv);
    await compareWithText(this.session, { name: 'before.nn.json', text, files, history: null });
    this.show('compare');
  }

  /** Gradients are hidden now. */
  startExercise({ right, asked }: ExerciseSlice): void {
    this.session.grading.judge(correct(right), asked);
    this.session.grading.hide(true);
  }

  private readonly editor: Editor = {
    info: (message) => this.say(message),
    warning: (message) => this.say(message),
    error: (message) => this.say(message),
    confirm: (message, action) => this.say(message).then(() => action),
    status: (message) => void this.say(message),
    progress: (_, task) => task({ report: () => undefined, onDidCancel: new Emitter<void>().event }),
    edit: async (_, edits) => {
      await this.edit(withEdits(this.session.document.getText(), edits));
      return true;
    },
    show: () => Promise.resolve(),
    openNew: (text) => this.say(text).then(() => undefined),
  };

  private say(message: string): Promise<undefined> {
    this.messages.push(message);
    return Promise.resolve(undefined);
  }

  private noting(port: Port): Port {
    return {
      post: (message) => {
        port.post(message);
      },
      onMessage: (listener) =>
        port.onMessage((message) => {
          const { call, argument } = message as { call?: string; argument?: unknown };
          if (call !== undefined) this.calls.push({ name: call, argument });
          listener(message);
        }),
    };
  }
}

/** Correct claims for parameters that no network here has. */
function correct(count: number): JudgedClaim[] {
  return Array.from({ length: count }, (_, k) =>
    judged({ parameter: { layer: 1000, to: 1, from: k }, claimed: 0, location: null, remark: null, correct: true }),
  );
}

interface Judgment extends ClaimSlice {
  readonly parameter: ParameterId | null;
  readonly correct: boolean;
}

function judged({ parameter, claimed, location, remark, correct }: Judgment): JudgedClaim {
  const base = { parameter: parameter ?? { layer: 1, to: 1, from: 1 }, claimed, location };
  return {
    ...base,
    verdict: correct ? 'correct' : 'wrong',
    hint: remark,
    diagnosis: remark === null ? null : { code: 'test', message: remark },
  } as unknown as JudgedClaim;
}

declare global {
  interface Window {
    fixture: Fixture;
    pageApp: PageApp;
  }
}

/** The page of another panel may have been this page. */
const SAVED = `panel state ${location.search}`;
const { fixture } = window;

/** As VS Code's webview does: messages arrive as events of the window. */
const toHost = new Emitter<unknown>();
const hostPort: Port = {
  post: (message) => {
    const copy: unknown = structuredClone(message);
    setTimeout(() => window.dispatchEvent(new MessageEvent('message', { data: copy })));
  },
  onMessage: (listener) => {
    const heard = toHost.event(listener);
    return () => {
      heard.dispose();
    };
  },
};
Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage: (message: unknown) => {
      const copy: unknown = structuredClone(message);
      setTimeout(() => {
        toHost.fire(copy);
      });
    },
    getState: (): unknown => JSON.parse(sessionStorage.getItem(SAVED) ?? 'null'),
    setState: (state: unknown) => {
      sessionStorage.setItem(SAVED, JSON.stringify(state));
    },
  }),
});
window.pageApp = new PageApp(hostPort, fixture);
