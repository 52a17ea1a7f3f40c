import type { ParameterId } from '../../src/core/network';
import type { DerivationFormat } from '../../src/protocol';
import { MenuButton } from '../controls';
import { usePanel, useHostState } from '../panel';

const items: readonly { readonly value: DerivationFormat | 'save'; readonly text: string }[] = [
  { value: 'latex', text: 'Copy as LaTeX' },
  { value: 'markdown', text: 'Copy as Markdown' },
  { value: 'text', text: 'Copy as text' },
  { value: 'save', text: 'Save…' },
];

/** Copies the derivation, or saves it as a file. */
export function DerivationMenu({
  parameter,
  sample,
}: {
  readonly parameter: ParameterId;
  readonly sample: number | null;
}) {
  const { host } = usePanel();
  const revision = useHostState(({ model }) => model?.revision ?? 0);
  const about = { revision, parameter, sample };
  return (
    <MenuButton
      label="Copy or save the derivation"
      icon="copy"
      items={items}
      onChoose={(value) => {
        void (value === 'save' ? host.saveDerivation(about) : host.copyDerivation({ ...about, format: value }));
      }}
    />
  );
}
