/**
 * How often clients were refused, and why: negative replies by their code and reason. The reason is the rule of the policy that
 * refused, else the enhanced status code (RFC 3463), which says the same to every client.
 */
import type { Reply } from '../smtp/reply.ts';
import type { RefusalEvent } from './policy-event.ts';

/** By `550 SPAM-Relay`, `550 5.1.1`. */
export type RefusalCounts = Readonly<Record<string, number>>;

export class RefusalCounter {
  #counts: Record<string, number> = {};

  /** @param event  of the policy, when it was one */
  count({ code, enhanced }: Reply, event: RefusalEvent | undefined): void {
    const key = `${code} ${event ?? enhanced ?? `${String(code).charAt(0)}.0.0`}`;
    this.#counts[key] = (this.#counts[key] ?? 0) + 1;
  }

  /** What came since the last call; undefined where nothing did. */
  take(): RefusalCounts | undefined {
    const taken = this.#counts;
    if (Object.keys(taken).length === 0) return undefined;
    this.#counts = {};
    return taken;
  }
}

export function addRefusals(total: Record<string, number>, counts: RefusalCounts): void {
  for (const [key, count] of Object.entries(counts)) total[key] = (total[key] ?? 0) + count;
}
