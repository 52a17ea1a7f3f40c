/** The module's bytes: the same ones whenever and wherever the same sources are compiled. */
export function compileKernels(): Promise<Uint8Array>;
