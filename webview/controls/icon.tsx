/** Outlines on a grid of 16 × 16. */
const shapes = {
  play: 'M4.5 2.6v10.8L13 8z',
  pause: 'M4 2.5h2.6v11H4zM9.4 2.5H12v11H9.4z',
  stop: 'M3.5 3.5h9v9h-9z',
  reset: 'M3.2 2v4.2h4.2M3.5 6A5.2 5.2 0 1 1 2.8 9',
  write: 'M8 2v7.5M4.8 6.6 8 9.8l3.2-3.2M2.5 13.5h11',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  previous: 'M10 3 5 8l5 5',
  next: 'M6 3l5 5-5 5',
  up: 'M3 10l5-5 5 5',
  down: 'M3 6l5 5 5-5',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  pass: 'M2.8 8.5 6.3 12l7-7.6',
  fail: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  kink: 'M2 12.5h5L13 4',
  noise: 'M1.5 9.5 4 5l2.4 7L9 3.5l2.3 8L14.5 6',
  warning: 'M8 2 1.5 13.5h13zM8 6.2v3.6M8 11.4v.9',
  error: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M8 4.8v4M8 10.4v1',
  info: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M8 7.2v4M8 4.7v1',
  reveal: 'M6.5 3H3v10h10V9.5M9 2.8h4.2V7M13 3 7.5 8.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  table: 'M2 3h12v10H2zM2 6.5h12M6.5 6.5V13',
  norm: 'M4 2.5v11M6.5 2.5v11M9.5 2.5v11M12 2.5v11',
  layers: 'M8 2 2 5.5 8 9l6-3.5zM2 9l6 3.5L14 9',
  stepEpoch: 'M3 3l6 5-6 5zM12 3v10',
  stepBatch: 'M2.5 8h8M7.5 5l3 3-3 3M13.5 4v8',
  dice: 'M2.5 2.5h11v11h-11zM5.5 5.5h.01M10.5 5.5h.01M8 8h.01M5.5 10.5h.01M10.5 10.5h.01',
  motion: 'M2 3.5v9M5 3.5v9M8 3l6 5-6 5z',
  projector: 'M1.5 2.5h13M2.5 2.5v8h11v-8M8 10.5v3M5 14l3-2.5 3 2.5',
  pencil: 'M10.4 3.1 12.9 5.6 5.6 12.9H3.1v-2.5zM8.8 4.7l2.5 2.5',
  compare: 'M2.5 3h4.5v10H2.5zM9 3h4.5v10H9zM4 6h1.5M4 9h1.5M10.5 6H12',
  camera: 'M2 5h3l1.3-2h3.4L11 5h3v8H2zM8 6.7a2.2 2.2 0 1 0 0 4.4a2.2 2.2 0 0 0 0-4.4',
  chart: 'M2.5 2v11.5H14M4.5 5c1 4 3 5.5 9 6',
} as const;

export type IconName = keyof typeof shapes;

const filled: ReadonlySet<IconName> = new Set(['play', 'pause', 'stop'] as const);

/** A small picture in the colour of the text beside it; it says nothing to a screen reader. */
export function Icon({ name, slot }: { readonly name: IconName; readonly slot?: string }) {
  return (
    <svg
      class={filled.has(name) ? 'icon filled' : 'icon'}
      viewBox="0 0 16 16"
      aria-hidden="true"
      {...(slot ? { slot } : {})}
    >
      <path d={shapes[name]} />
    </svg>
  );
}
