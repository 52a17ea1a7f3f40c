/** A derivation chain to copy or save: as plain text, as LaTeX and as Markdown. */

export { chainLatex } from './latex';
export { chainMarkdown } from './markdown';
export { chainText } from './text';
