export interface Room {
  readonly files: RegExp;
  readonly globs: readonly string[];
  readonly imports: readonly string[];
}
export const ROOMS: Readonly<Record<string, Room>>;
