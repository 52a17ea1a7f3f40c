import * as vscode from 'vscode';
import { stemOf } from '../../app/names';
import { ToolError, type ToolFile, type ToolPlace } from '../../app/tools';
import { withEdits } from '../../app/weights';
import { movedTensors, writeWeights } from '../../format';
import { problemLines } from '../../format/places';
import type { ReadText } from '../../app/text';
import { editor } from '../platform/editor';
import { isInside } from '../platform/inside';
import type { FileSession, Sessions } from '../platform/sessions';

/** Network files of the workspace, as their editors hold them: what is not saved yet counts, and so does an exercise. */
export function workspaceFiles(sessions: Sessions): ToolPlace['open'] {
  return async (file) => {
    const { uri, root } = await find(file);
    await requireInside(sessions, root, uri, file);
    const session = sessions.of(await vscode.workspace.openTextDocument(uri));
    const read = await session?.text.current();
    if (!session || !read) throw new ToolError([`${file}:1:1: error unreadable: it is not a .nn.json file`]);
    return toolFile(sessions, { file, root, session, read });
  };
}

interface Found {
  readonly file: string;
  /** The workspace folder that it is in. */
  readonly root: vscode.Uri;
  readonly session: FileSession;
  readonly read: ReadText;
}

function toolFile({ files }: Sessions, { file, root, session, read }: Found): ToolFile {
  const { document, grading, text } = session;
  const { source } = read.file;
  const target = async (output: string): Promise<vscode.Uri> => {
    const uri = within(root, output);
    if (!uri || !/\.nn\.json$/i.test(uri.path)) {
      throw new ToolError([`“${output}” is not a .nn.json file in the workspace folder`]);
    }
    if (!(await files.isInside(root, uri))) throw new ToolError([`“${output}” is outside the workspace folder`]);
    return uri;
  };
  return {
    file,
    text: read.text,
    content: read.file,
    hidden: grading.hidden,
    readGradients: async (name, network, orientation) => {
      const uri = within(root, name);
      if (!uri) throw new ToolError([`“${name}” is outside the workspace folder`]);
      const found = await unreadable(name, async () => {
        const { readGradients } = await import('../../format/gradients');
        return readGradients(await files.read(root, uri, name), network, orientation);
      });
      const isWrong = found.problems.some(({ severity }) => severity === 'error');
      if (isWrong) throw new ToolError(problemLines(name, found.text ?? '', found.problems));
      return found;
    },
    checkOutput: async (output) => void (await target(output)),
    write: async (output, theta) => {
      const uri = await target(output);
      const edits = writeWeights(read.text, source, theta);
      if (uri.toString() !== document.uri.toString()) {
        await unreadable(output, async () => {
          // Tensors beside the text stay as they are: the copy has a file of its own.
          const moved = await movedTensors(source, theta, `${stemOf(uri)}.trained.safetensors`);
          if (moved) await files.write(vscode.Uri.joinPath(uri, '..', moved.file.path), moved.file.bytes);
          const all = [...edits, ...(moved?.edits ?? [])].sort((a, b) => a.offset - b.offset);
          await files.write(uri, new TextEncoder().encode(withEdits(read.text, all)));
        });
        return;
      }
      if (document.version !== read.version) throw new ToolError(['the text changed while the network was trained']);
      await unreadable(output, () => text.writeTensors(source, theta));
      if (!(await editor.edit(document, edits)))
        throw new ToolError(['the text changed while the network was trained']);
    },
  };
}

/** The file that the workspace knows by this path, absolute or from one of its folders. */
async function find(file: string): Promise<{ readonly uri: vscode.Uri; readonly root: vscode.Uri }> {
  const places = (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri: root }) => {
    const uri = within(root, file);
    return uri ? [{ uri, root }] : [];
  });
  for (const place of places) {
    const isThere = await Promise.resolve(vscode.workspace.fs.stat(place.uri)).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  const reason = places.length > 0 ? 'no such file' : 'it is outside the workspace';
  throw new ToolError([`${file}:1:1: error unreadable: ${reason}`]);
}

/** Where a path leads, from `root` or absolute; undefined outside `root`. */
function within(root: vscode.Uri, path: string): vscode.Uri | undefined {
  const slashed = path.replaceAll('\\', '/');
  const isAbsolute = /^(\/|[a-z]:\/)/i.test(slashed);
  const uri = isAbsolute ? root.with({ path: vscode.Uri.file(slashed).path }) : vscode.Uri.joinPath(root, slashed);
  return isInside(root, uri) ? uri : undefined;
}

async function requireInside({ files }: Sessions, root: vscode.Uri, uri: vscode.Uri, file: string): Promise<void> {
  if (await files.isInside(root, uri)) return;
  throw new ToolError([`${file}:1:1: error unreadable: “${file}” is outside the workspace folder`]);
}

/** What `act` gives; its error as that of a file. */
async function unreadable<T>(file: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new ToolError([`${file}:1:1: error unreadable: ${error instanceof Error ? error.message : String(error)}`]);
  }
}
