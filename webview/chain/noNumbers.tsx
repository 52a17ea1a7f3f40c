import { useHostState } from '../panel';

/** Why there are symbols and no numbers. */
export function NoNumbers() {
  const hidden = useHostState(({ exercise }) => exercise !== null);
  if (hidden) {
    return (
      <p class="hint">
        Gradients stay hidden until all claims are correct. Take z, a and θ from the graph; your claim in{' '}
        <code>"claimedGradients"</code> is judged as you type.
      </p>
    );
  }
  return (
    <p class="hint">
      Showing symbols only; add <code>"data"</code> for values.
    </p>
  );
}
