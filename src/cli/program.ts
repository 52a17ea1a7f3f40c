/** The program's name, as it speaks of itself. */
export const PROGRAM = 'gradient-inspector';
