import { useEffect, useRef, useState } from 'preact/hooks';

export interface LatestAnswer<T> {
  /** The newest answer to the question of this subject; undefined until there is one. */
  readonly value: T | undefined;
  /** Why there is none. */
  readonly error: string | undefined;
  /** True while `value` belongs to an older version of the subject. */
  readonly outdated: boolean;
}

interface Given<T> {
  readonly subject: string;
  readonly version: Version;
  readonly value?: T;
  readonly error?: string;
}

/** Tells versions of a subject apart: an older answer to the same question stands until the new one is there. */
type Version = number | string;

/**
 * Asks the host and keeps the answer: again whenever `version` changes, one question at a time and the newest next, so that
 * a question that takes long is not asked thirty times a second. Another subject is asked about at once, and the answer to
 * one that is no longer the subject is never shown. With `subject` null nothing is asked.
 */
export function useAnswer<T>(subject: string | null, version: Version, ask: () => Promise<T>): LatestAnswer<T> {
  const [given, setGiven] = useState<Given<T> | null>(null);
  const wanted = useRef({ subject, version, ask });
  wanted.current = { subject, version, ask };
  const asking = useRef<string | null>(null);

  useEffect(
    () => () => {
      wanted.current = { ...wanted.current, subject: null };
    },
    [],
  );

  useEffect(() => {
    if (subject === null || asking.current === subject) return;
    asking.current = subject;
    const askAll = async (): Promise<void> => {
      let asked: Version | undefined;
      while (wanted.current.subject === subject && wanted.current.version !== asked) {
        const question = wanted.current;
        asked = question.version;
        const about = { subject, version: question.version };
        const next = await question.ask().then(
          (value): Given<T> => ({ ...about, value }),
          (error: unknown): Given<T> => ({ ...about, error: messageOf(error) }),
        );
        if (wanted.current.subject === subject) setGiven(next);
      }
      if (asking.current === subject) asking.current = null;
    };
    void askAll();
  }, [subject, version]);

  const current = given?.subject === subject ? given : null;
  return {
    value: current?.value,
    error: current?.error,
    outdated: current !== null && current.version !== version,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
