import type { ComponentChildren } from 'preact';

interface EmptyProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** What the reader can do about it. */
  readonly action?: ComponentChildren;
}

/** What stands where there is nothing to show yet: what belongs here and how to get it. */
export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      <p>{children}</p>
      {action}
    </div>
  );
}
