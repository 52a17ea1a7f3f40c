export function codeCommand(
  args: readonly string[],
  platform?: string,
): [command: string, args: readonly string[], options: { readonly shell?: boolean }];
export function workbenchPath(path: string, platform?: string): string;
