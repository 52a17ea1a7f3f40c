import { superscript } from '../../src/core/notation';
import type { LayerMeasures } from '../../src/core/layerMeasures';
import { SHORT, show, showCount } from '../names';

/** How much each θ^(l) is pulled and moves: the newest epoch at which it was measured, at most 30 times a second. */
export function LayerReadout({ layers }: { readonly layers: LayerMeasures }) {
  const { epoch, gradientNorms, updateRatios } = layers;
  return (
    <ul class="layer-readout numeric" aria-label={`Gradient and update of each layer at epoch ${showCount(epoch)}`}>
      {Array.from(gradientNorms, (norm, l) => (
        <li
          key={l}
          title={`Of θ${superscript(`(${String(l + 1)})`)} at epoch ${showCount(epoch)}: norm of the gradient, and norm of the update relative to the norm of θ`}
        >
          <span class="symbol-text">θ{superscript(`(${String(l + 1)})`)}</span> ‖∇‖ {show(norm, SHORT)} · ‖Δθ‖/‖θ‖{' '}
          {show(updateRatios[l], SHORT)}
        </li>
      ))}
    </ul>
  );
}
