import { useTold } from '../panel';

/** Why there are symbols and no numbers. */
export function NoNumbers() {
  const hidden = useTold(({ exercise }) => exercise !== null);
  if (hidden) {
    return (
      <p class="hint">
        Gradients are hidden during the exercise: here are the symbols. z, a and θ stand in the graph, and your claim in{' '}
        <code>"claimedGradients"</code> is judged as you write it.
      </p>
    );
  }
  return (
    <p class="hint">
      The file has no data, so there is no J and no numbers: here are the symbols. Add <code>"data"</code> to see what
      each of them comes to.
    </p>
  );
}
