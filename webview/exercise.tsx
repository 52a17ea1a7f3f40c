import { Button, Icon } from './controls';
import { showCount } from './names';
import { usePanel, useTold } from './panel';

/** While gradients are hidden: how far the claims are, and the way out. */
export function ExerciseBanner() {
  const { host } = usePanel();
  const exercise = useTold((told) => told.exercise);
  return (
    <div class="notice-region" role="status">
      {exercise && (
        <div class="exercise">
          <Icon name="pencil" />
          <span class="exercise-text">
            Exercise: gradients are hidden until your claims are right{' '}
            <strong class="exercise-score">
              {showCount(exercise.right)} of {showCount(exercise.asked)} right
            </strong>
          </span>
          <Button label="Show gradients" onClick={() => void host.endExercise()} />
        </div>
      )}
    </div>
  );
}
