import type { ComponentChildren } from 'preact';
import type { PathNode } from '../../src/core/chain';
import { usePathLocation } from './claim';

interface RouteCardProps {
  readonly colour: number | undefined;
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly nodes: readonly PathNode[];
  /** Beside the title: why the path adds little or much. */
  readonly why?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** One path in its colour; outlined and labelled where a claim has left it out. */
export function RouteCard({ colour, title, note, nodes, why, children }: RouteCardProps) {
  const mark = usePathLocation(nodes);
  const name = `route-${String(colour ?? 'other')}`;
  return (
    <section class={`route-card ${name}${mark ? ' marked' : ''}`}>
      <header class="route-head">
        <h2>
          <i class={`swatch ${name}`} />
          {title}
          {note}
          {mark && <span class="mark-label">{mark}</span>}
        </h2>
        {why}
      </header>
      {children}
    </section>
  );
}
