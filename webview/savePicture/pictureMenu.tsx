import { useState } from 'preact/hooks';
import { MenuButton } from '../controls';
import { usePanel } from '../panel';
import { type Drawing, inLight, pngOf } from './drawing';

interface PictureMenuProps {
  /** What it is a picture of, as the name of the file has it: `graph`. */
  readonly of: string;
  readonly draw: (values: boolean) => Drawing | null;
  /** True where there are numbers to leave out. */
  readonly hasValues?: boolean;
  /** Something else that can be saved of it. */
  readonly more?: { readonly text: string; readonly onChoose: () => void };
}

type Item = 'copy' | 'png' | 'svg' | 'light' | 'values' | 'more';

/** Copies a picture, or saves it as a file, in the colors of the theme or light ones. */
export function PictureMenu({ of, draw, hasValues = false, more }: PictureMenuProps) {
  const { host } = usePanel();
  const [light, setLight] = useState(false);
  const [values, setValues] = useState(true);
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (kind: 'copy' | 'png' | 'svg'): Promise<void> => {
    const own = (): Drawing | null => draw(values);
    const drawing = light ? await inLight(own) : own();
    if (!drawing) return;
    if (kind === 'copy') await navigator.clipboard.write([new ClipboardItem({ 'image/png': pngOf(drawing) })]);
    else if (kind === 'svg') await host.savePicture({ of, kind, bytes: new TextEncoder().encode(drawing.svg) });
    else await host.savePicture({ of, kind, bytes: new Uint8Array(await (await pngOf(drawing)).arrayBuffer()) });
  };
  const items: { readonly value: Item; readonly text: string; readonly checked?: boolean }[] = [
    { value: 'copy', text: 'Copy picture' },
    { value: 'png', text: 'Save picture (PNG)…' },
    { value: 'svg', text: 'Save drawing (SVG)…' },
    ...(more ? [{ value: 'more' as const, text: more.text }] : []),
    { value: 'light', text: 'Light colors for slides', checked: light },
    ...(hasValues ? [{ value: 'values' as const, text: 'With values', checked: values }] : []),
  ];
  return (
    <>
      <MenuButton
        label={`Save or copy the ${of.replaceAll('-', ' ')}`}
        icon="camera"
        items={items}
        onChoose={(item) => {
          setProblem(null);
          if (item === 'light') setLight(!light);
          else if (item === 'values') setValues(!values);
          else if (item === 'more') more?.onChoose();
          else {
            take(item).catch((error: unknown) => {
              setProblem(error instanceof Error ? error.message : String(error));
            });
          }
        }}
      />
      {problem !== null && (
        <span class="field-problem" role="alert">
          Could not copy or save the picture: {problem}
        </span>
      )}
    </>
  );
}
