import { useEffect, useRef, useState } from 'preact/hooks';

/** Milliseconds for which the last thing that was known stands in for the next. */
const PATIENCE = 400;

/**
 * `value`, and while there is none, for a moment, the last one of the same `scope`: what follows quickly takes its place
 * without a flicker, and what has the focus keeps it.
 */
export function useHeld<T>(value: T | undefined, scope: unknown): T | undefined {
  const last = useRef<{ readonly value: T; readonly scope: unknown } | null>(null);
  const [lost, setLost] = useState(false);
  if (value !== undefined) last.current = { value, scope };
  const waiting = value === undefined;
  useEffect(() => {
    setLost(false);
    if (!waiting) return undefined;
    const timer = setTimeout(() => {
      setLost(true);
    }, PATIENCE);
    return () => {
      clearTimeout(timer);
    };
  }, [waiting]);
  if (value !== undefined) return value;
  return last.current && !lost && last.current.scope === scope ? last.current.value : undefined;
}
