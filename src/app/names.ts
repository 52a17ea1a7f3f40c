/** The last part of a path: a file's name. */
export function baseName({ path }: { readonly path: string }): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A network file's name without its ending. */
export function stemOf(uri: { readonly path: string }): string {
  return baseName(uri).replace(/\.nn\.json$/i, '');
}
