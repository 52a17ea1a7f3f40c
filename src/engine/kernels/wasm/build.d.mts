/** The module's bytes: the same ones whenever and wherever the same sources are compiled. */
export function compileKernels(): Promise<Uint8Array>;

/** The tables of src/core/functions, as the build reads them. */
export function readTables(): Promise<typeof import('../../../core/functions')>;
