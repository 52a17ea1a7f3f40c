/** The page that stands alone: the panel, with the whole application beside it in place of VS Code. */

import '../../webview/style/panel.css';
import './page.css';
import { historyCsv } from '../app/historyCsv';
import { writeDerivation, DERIVATION_FORMATS } from '../app/derivation';
import type { Editor } from '../app/editor';
import { Emitter } from '../app/emitter';
import { Exercises } from '../app/exercise';
import { judgeGradientFile } from '../app/judgeFile';
import { compareWithText } from '../app/comparison';
import { connectPanel, type PanelCommands } from '../app/panel';
import { stemOf } from '../app/names';
import { Session } from '../app/session';
import { withEdits } from '../app/weights';
import type { PageNetwork } from '../format/export/page';
import { readGradients } from '../format/gradients';
import { jsonSafe } from '../wire';
import type { DerivationSubject } from '../protocol';
import { start } from '../../webview/start';
import { linkOf, textOfLink } from './link';
import { MemoryText, filesInMemory, wire, workerOnThisThread } from './memory';

/** Significant digits of the numbers shown. */
const DIGITS = 5;

const say = (message: string): void => {
  const status = document.getElementById('status');
  if (status) status.textContent = message;
};

/** The network of the address, where it names one, else the page's own. */
function networkShown(): PageNetwork {
  const own = JSON.parse(document.getElementById('network')?.textContent ?? '') as PageNetwork;
  try {
    const text = textOfLink(location.hash);
    return text === undefined ? own : { fileName: 'link.nn.json', text, files: {} };
  } catch (error) {
    say(`Could not open the network in the address: ${error instanceof Error ? error.message : String(error)}.`);
    return own;
  }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

function download(name: string, bytes: Uint8Array | string): void {
  const content = typeof bytes === 'string' ? bytes : bytes.slice();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content]));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The file that the reader picks; undefined where none. */
function pickFile(): Promise<File | undefined> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json,.npz,.safetensors';
  return new Promise((resolve) => {
    input.addEventListener('change', () => {
      resolve(input.files?.[0]);
    });
    input.addEventListener('cancel', () => {
      resolve(undefined);
    });
    input.click();
  });
}

function editorOf(session: () => Session<MemoryText>): Editor {
  const ask = (message: string, ...actions: readonly string[]): Promise<string | undefined> => {
    const [action] = actions;
    if (action !== undefined) return Promise.resolve(window.confirm(`${message}\n\n${action}?`) ? action : undefined);
    say(message);
    return Promise.resolve(undefined);
  };
  return {
    info: ask,
    warning: ask,
    error: ask,
    confirm: ask,
    status: say,
    progress: (title, task) => {
      say(title);
      return task({ report: () => undefined, onDidCancel: new Emitter<void>().event });
    },
    edit: async (_, edits) => {
      const { document, text } = session();
      document.change(withEdits(document.getText(), edits));
      await text.current();
      return true;
    },
    show: () => Promise.resolve(),
    openNew: (text) => {
      download('network.nn.json', text);
      return Promise.resolve();
    },
  };
}

function commandsOf(session: Session<MemoryText>, editor: Editor, exercises: Exercises): PanelCommands {
  const stem = stemOf(session.document.uri);
  const nothing = (): void => undefined;
  const write = async (subject: DerivationSubject, format: keyof typeof DERIVATION_FORMATS): Promise<string> => {
    const { shown } = session.view;
    if (shown?.model.revision !== subject.revision) throw new Error('the network has changed in the meantime');
    return writeDerivation(session, { ...subject, view: shown }, format, DIGITS);
  };
  return {
    reveal: nothing,
    showProblems: nothing,
    startExercise: () => exercises.start(session),
    savePicture: ({ of, kind, bytes }) => {
      download(`${stem}-${of}.${kind}`, bytes);
    },
    saveHistory: () => {
      const rows = session.training.log.series?.rows();
      if (rows) download(`${stem}-loss.csv`, historyCsv(rows));
    },
    copyDerivation: async ({ format, ...subject }) => {
      await navigator.clipboard.writeText(await write(subject, format));
      say(`Derivation copied as ${DERIVATION_FORMATS[format].label}.`);
    },
    saveDerivation: async (subject) => {
      download(`${stem}-derivation.${DERIVATION_FORMATS.latex.extension}`, await write(subject, 'latex'));
    },
    compareWith: async () => {
      const file = await pickFile();
      if (!file) return;
      try {
        const files = filesInMemory(new Map());
        await compareWithText(session, { name: file.name, text: await file.text(), files, history: null });
        session.viewRequests.ask('compare');
      } catch (error) {
        say(`Could not compare with ${file.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
    judgeGradients: async () => {
      const file = await pickFile();
      if (!file) return;
      const source = { uri: { path: `/${file.name}` }, bytes: new Uint8Array(await file.arrayBuffer()) };
      const read = {
        ...source,
        read: readGradients,
        askOrientation: () => Promise.resolve('units-by-inputs' as const),
      };
      try {
        if (await judgeGradientFile(session, editor, read)) session.viewRequests.ask('gradients');
      } catch (error) {
        say(`Could not judge ${file.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}

function open(root: HTMLElement): void {
  const { fileName, text, files } = networkShown();
  const bytes = new Map(Object.entries(files).map(([name, content]) => [name, fromBase64(content)]));
  const opened = new Emitter<Session>();
  const closed = new Emitter<Session>();
  const editor = editorOf(() => session);
  const remembered = new Map<string, unknown>();
  const exercises = new Exercises(
    { onDidOpen: opened.event, onDidClose: closed.event },
    {
      get: <T>(key: string, fallback: T) => (remembered.get(key) as T | undefined) ?? fallback,
      update: (key, value) => Promise.resolve(void remembered.set(key, value)),
    },
    editor,
  );
  const session = new Session(new MemoryText(fileName, text), workerOnThisThread, filesInMemory(bytes));
  opened.fire(session);
  const [page, panel] = wire();
  connectPanel(session, {
    port: page,
    editor,
    commands: commandsOf(session, editor, exercises),
    settings: () => ({ digits: DIGITS }),
    visible: () => true,
    onDidChange: new Emitter<void>().event,
  });
  void session.text.current();
  start(root, { port: jsonSafe(panel), load: () => undefined, save: () => undefined });
  offer(session, bytes.size > 0);
}

/** Takes the network as it is now: as a file, and where it is small as a link. */
function offer({ document: file }: Session<MemoryText>, hasFiles: boolean): void {
  document.getElementById('download')?.addEventListener('click', () => {
    download(file.fileName, file.getText());
  });
  document.getElementById('link')?.addEventListener('click', () => {
    const link = hasFiles ? undefined : linkOf(file.getText());
    if (link === undefined) {
      say(hasFiles ? 'A link cannot hold a network that reads other files.' : 'The network is too large for a link.');
      return;
    }
    void navigator.clipboard.writeText(location.href.replace(/#.*$/s, '') + link).then(
      () => {
        say('Link copied.');
      },
      () => {
        history.replaceState(null, '', link);
        say('The address now holds the network.');
      },
    );
  });
}

/** As in VS Code: the style sheet goes by the body's class. */
function followTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const contrast = matchMedia('(prefers-contrast: more)');
  const apply = (): void => {
    const kind = contrast.matches ? (dark.matches ? 'high-contrast' : 'high-contrast-light') : '';
    document.body.className = kind === '' ? (dark.matches ? 'vscode-dark' : 'vscode-light') : `vscode-${kind}`;
  };
  for (const query of [dark, contrast]) query.addEventListener('change', apply);
  apply();
}

window.addEventListener('hashchange', () => {
  location.reload();
});
// The page's policy does not allow it, and trying would be reported: the engine is the one of platforms without it.
Object.defineProperty(globalThis, 'WebAssembly', { value: undefined });
followTheme();
const root = document.getElementById('root');
if (root) open(root);
// The program is there only after the page was loaded, which is when the controls’ library looks at the theme.
if (document.readyState === 'complete') window.dispatchEvent(new Event('load'));
