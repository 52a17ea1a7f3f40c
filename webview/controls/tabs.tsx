import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface TabsProps<T extends string> {
  readonly label: string;
  /** Tells these tabs from others in the page; a style of its own may be hung on it. */
  readonly name?: string;
  readonly tabs: readonly { readonly id: T; readonly title: string }[];
  readonly current: T;
  readonly onChange: (tab: T) => void;
  /** The view of the current tab. */
  readonly children: ComponentChildren;
}

/** Views behind tabs; arrow keys, Home and End move between the tabs. */
export function Tabs<T extends string>({ label, name = 'views', tabs, current, onChange, children }: TabsProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current, tabs.length]);
  const move = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ id }) => id === current);
    const to = { ArrowRight: (at + 1) % tabs.length, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    const next = to === undefined ? undefined : tabs.at(to);
    if (!next) return;
    event.preventDefault();
    onChange(next.id);
    const buttons = list.current?.querySelectorAll('button');
    buttons?.[tabs.indexOf(next)]?.focus();
  };
  return (
    <section class={`tabs ${name}`}>
      <div class="tab-list" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
        {tabs.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`${name}-${id}`}
            aria-selected={id === current}
            aria-controls={`${name}-panel`}
            tabIndex={id === current ? 0 : -1}
            onClick={() => {
              onChange(id);
            }}
          >
            {title}
          </button>
        ))}
      </div>
      <div class="tab-panel" role="tabpanel" id={`${name}-panel`} aria-labelledby={`${name}-${current}`}>
        {children}
      </div>
    </section>
  );
}
