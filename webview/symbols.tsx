/** A formula in running text: letters in italics, names of functions upright. */
export function Symbols({ text }: { readonly text: string }) {
  // Every second part is a word.
  const parts = text.split(/(\p{L}{2,})/u);
  return (
    <span class="symbol-text">
      {parts.map((part, at) =>
        at % 2 === 1 && !/^\p{Script=Greek}/u.test(part) ? (
          <span key={at} class="word">
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </span>
  );
}
