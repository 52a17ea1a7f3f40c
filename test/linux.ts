/** For tests of what only Linux has: FIFOs, /dev/full, /proc, and util-linux's `script`. Everything else runs everywhere. */
export const onLinux = process.platform === 'linux';
