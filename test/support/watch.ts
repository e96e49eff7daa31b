/** Waiting in tests for what others do: `changed` after every step of theirs, `until` resolves once it is true. */
export interface Watch {
  changed(): void;
  until(isTrue: () => boolean): Promise<void>;
}

export function createWatch(): Watch {
  const checks = new Set<() => void>();
  return {
    changed() {
      for (const each of checks) each();
    },
    until: (isTrue) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!isTrue()) return;
          checks.delete(check);
          resolve();
        };
        checks.add(check);
        check();
      }),
  };
}
