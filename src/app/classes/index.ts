/** What grades a class: a bundle of its own in the extension, loaded when a folder is graded. */

export { gradeAll } from './grade';
export { classReport } from './report';
