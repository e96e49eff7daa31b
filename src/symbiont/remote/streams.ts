/**
 * The symbiont's streams: how many remote transactions run at once, and how many of them to one destination.
 * A destination that is down keeps one round of attempts busy, not one per message that waits for it.
 */
export interface Streams {
  /**
   * Runs `task` when a stream is free for the destination.
   * @param task  returns why the destination did not answer, or undefined. After such an answer the tasks that waited
   *   already get it through `skip` instead of being run; later ones try anew.
   */
  run(destination: string, task: () => Promise<string | undefined>, skip: (reason: string) => void): void;
  readonly active: number;
}

interface Destination {
  active: number;
  readonly waiting: {
    readonly task: () => Promise<string | undefined>;
    readonly skip: (reason: string) => void;
  }[];
}

export function createStreams(limits: {
  readonly streams: number;
  readonly perDestination: number;
}): Streams {
  const destinations = new Map<string, Destination>();
  let active = 0;

  const start = (): void => {
    for (const [name, destination] of destinations) {
      if (active >= limits.streams) return;
      const next = destination.active < limits.perDestination ? destination.waiting.shift() : undefined;
      if (next === undefined) continue;
      active++;
      destination.active++;
      // To the end of the line: destinations take turns.
      destinations.delete(name);
      destinations.set(name, destination);
      void next.task().then((reason) => {
        active--;
        destination.active--;
        if (reason !== undefined) for (const each of destination.waiting.splice(0)) each.skip(reason);
        if (destination.active === 0 && destination.waiting.length === 0) destinations.delete(name);
        start();
      });
      start();
      return;
    }
  };

  return {
    run(name, task, skip) {
      let destination = destinations.get(name);
      if (destination === undefined) {
        destination = { active: 0, waiting: [] };
        destinations.set(name, destination);
      }
      destination.waiting.push({ task, skip });
      start();
    },
    get active() {
      return active;
    },
  };
}
