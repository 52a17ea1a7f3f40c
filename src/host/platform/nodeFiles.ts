import { openCsv, readInside } from '../../disk/open';
import { keepElsewhere, writingFailed } from '../../disk/keep';
import { isTargetInside, writeWhole } from '../../disk/write';
import { providedFiles, type Files } from './files';

/** Files on disk, and those of file system providers. */
export const nodeFiles: Files = {
  openCsv: async (root, uri, name) => {
    if (uri.scheme !== 'file') return providedFiles.openCsv(root, uri, name);
    return openCsv(root.fsPath, uri.fsPath, { name, rootName: 'the workspace folder' });
  },
  read: async (root, uri, name) => {
    if (uri.scheme !== 'file') return providedFiles.read(root, uri, name);
    return readInside(root.fsPath, uri.fsPath, { name, rootName: 'the workspace folder' });
  },
  isInside: async (root, uri) => uri.scheme !== 'file' || isTargetInside(root.fsPath, uri.fsPath),
  write: async (uri, bytes) => {
    if (uri.scheme !== 'file') return providedFiles.write(uri, bytes);
    try {
      await writeWhole(uri.fsPath, bytes);
    } catch (error) {
      const kept = await keepElsewhere([{ path: uri.fsPath, content: bytes }]);
      throw new Error(`${writingFailed(uri.fsPath, error)} ${kept}`);
    }
  },
};
