import { Button, Icon } from './controls';
import { showCount } from './names';
import { usePanel, useHostState } from './panel';

/** While gradients are hidden: how far the claims are, and the way out. Before: how many there are to fill in. */
export function ExerciseBanner() {
  const { host } = usePanel();
  const exercise = useHostState((hostState) => hostState.exercise);
  const open = useHostState((hostState) => hostState.openClaims);
  return (
    <div class="notice-region" role="status">
      {exercise && (
        <div class="exercise">
          <Icon name="pencil" />
          <span class="exercise-text">
            {exercise.next === undefined
              ? 'Gradients stay hidden until all claims are correct.'
              : 'This sheet stays locked until all answers are correct.'}{' '}
            <strong class="exercise-score">
              {showCount(exercise.right)} of {showCount(exercise.asked)} correct
            </strong>
            {exercise.next !== undefined && ` · next: ${exercise.next}`}
          </span>
          {exercise.next === undefined && <Button label="Show gradients" onClick={() => void host.endExercise()} />}
        </div>
      )}
      {!exercise && open > 0 && (
        <div class="exercise">
          <Icon name="pencil" />
          <span class="exercise-text">
            {showCount(open)} {open === 1 ? 'gradient' : 'gradients'} to fill in
          </span>
          <Button label="Start exercise" appearance="primary" onClick={() => void host.startExercise()} />
        </div>
      )}
    </div>
  );
}
