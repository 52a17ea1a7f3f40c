import type { Uri } from 'vscode';

type Address = Pick<Uri, 'scheme' | 'authority' | 'path'>;

/** True where `uri` is in the folder `root`, by their names; `C:` and `c:` are one drive. */
export function isInside(root: Address, uri: Address): boolean {
  const folder = withDrive(root.path.endsWith('/') ? root.path : `${root.path}/`);
  const path = withDrive(uri.path);
  return (
    root.scheme === uri.scheme &&
    root.authority === uri.authority &&
    path.startsWith(folder) &&
    !path.split('/').includes('..')
  );
}

function withDrive(path: string): string {
  return path.replace(/^\/[A-Z]:/, (drive) => drive.toLowerCase());
}
