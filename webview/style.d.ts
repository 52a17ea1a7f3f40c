/** Style sheets are imported for the build alone, which puts them into dist/panel.css. */
declare module '*.css';
