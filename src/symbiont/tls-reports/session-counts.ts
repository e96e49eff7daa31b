/**
 * Sessions as they are counted for reports: in memory for a few seconds, so that no session waits for a disk; a crash takes those
 * seconds with it. Source: RFC 8460 §4.
 */
import type { Clock } from '../../ports/clock.ts';
import type {
  ReportedPolicy,
  SessionCount,
  SessionFailure,
  TlsReportStore,
} from '../../ports/tls-reports.ts';
import { printable } from '../../smtp/reply.ts';

export interface SessionCounts {
  /** @param failures  none: the session was as it should be */
  count(domain: string, policy: ReportedPolicy, failures: readonly SessionFailure[]): void;
  /** What is counted so far is in the store then. */
  flush(): void;
}

/** Milliseconds of UTC have no leap seconds. */
export const DAY_MS = 86_400_000;
export const dayOf = (instant: number): number => Math.floor(instant / DAY_MS);

const WRITTEN_MS = 5_000;
/** More kinds at once are written at once. */
const COUNTS_IN_MEMORY = 500;
const DETAILS_IN_MEMORY = 100;
const LONGEST_REASON = 150;

interface Counted {
  readonly domain: string;
  readonly policy: ReportedPolicy;
  successes: number;
  failures: number;
  readonly details: Map<string, SessionFailure & { sessions: number }>;
}

export function createSessionCounts(deps: {
  readonly store: Pick<TlsReportStore, 'add'>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}): SessionCounts {
  const { clock, log, store } = deps;
  let counted = new Map<string, Counted>();
  let day = 0;
  let cancel: (() => void) | undefined;
  /** Said once a day. */
  let fullDay: number | undefined;

  const flush = (): void => {
    cancel?.();
    cancel = undefined;
    if (counted.size === 0) return;
    const counts: SessionCount[] = [...counted.values()].map((each) => ({
      ...each,
      details: [...each.details.values()],
    }));
    counted = new Map();
    try {
      const without = store.add(day, counts);
      if (without > 0 && fullDay !== day) {
        fullDay = day;
        log('reports about TLS: too many domains or policies today, the rest is not counted');
      }
    } catch (error) {
      // Mail goes on without.
      log(`sessions are not counted for reports about TLS: ${String(error)}`);
    }
  };

  return {
    count(domain, policy, failures) {
      const today = dayOf(clock.now());
      if (today !== day || counted.size >= COUNTS_IN_MEMORY) flush();
      day = today;
      cancel ??= clock.after(WRITTEN_MS, flush);
      const key = JSON.stringify([domain, policy]);
      let known = counted.get(key);
      if (known === undefined) {
        known = { domain, policy, successes: 0, failures: 0, details: new Map() };
        counted.set(key, known);
      }
      if (failures.length === 0) known.successes += 1;
      else known.failures += 1;
      for (const failure of failures) note(known.details, failure);
    },
    flush,
  };
}

function note(details: Counted['details'], failure: SessionFailure): void {
  const { result, host, address, sendingAddress, reason } = failure;
  const key = JSON.stringify([result, host, address, sendingAddress, reason]);
  const known = details.get(key);
  if (known !== undefined) known.sessions += 1;
  else if (details.size < DETAILS_IN_MEMORY)
    details.set(key, {
      result,
      host,
      address,
      sendingAddress,
      reason: reason === undefined ? undefined : printable(reason).slice(0, LONGEST_REASON),
      sessions: 1,
    });
}
