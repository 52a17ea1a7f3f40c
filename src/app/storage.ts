/** Files of the extension's own, by name. */
export interface Storage {
  /** Undefined where there is no such file, or it cannot be read. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Whenever the process ends, the file is the old one or the new one, whole. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}
