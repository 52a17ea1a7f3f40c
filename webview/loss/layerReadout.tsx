import { superscript } from '../../src/core/notation';
import type { LayerMeasures } from '../../src/core/layerMeasures';
import { SHORT, show, showCount } from '../names';

/** How much each θ^(l) is pulled and moves: the newest epoch at which it was measured, at most 30 times a second. */
export function LayerReadout({ layers }: { readonly layers: LayerMeasures }) {
  const { epoch, gradientNorms, updateRatios } = layers;
  return (
    <ul class="layer-readout numeric" aria-label={`Gradient and update of each layer at epoch ${String(epoch)}`}>
      {Array.from(gradientNorms, (norm, l) => (
        <li
          key={l}
          title={`Of θ${superscript(`(${String(l + 1)})`)} at epoch ${showCount(epoch)}: the norm of its gradient, and its step over the epoch relative to its own norm`}
        >
          <span class="symbol-text">θ{superscript(`(${String(l + 1)})`)}</span> ‖∇‖ {show(norm, SHORT)} · ‖Δθ‖/‖θ‖{' '}
          {show(updateRatios[l], SHORT)}
        </li>
      ))}
    </ul>
  );
}
