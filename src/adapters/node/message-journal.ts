/**
 * The journal of messages as a file: a line of JSON for each event, several times a second as one write. It begins a new version
 * when it is long, and only the latest versions stay: nobody has to purge it. One that cannot be written stops nothing.
 */
import { safeLines } from '../../mime/safe-text.ts';
import type { Log } from '../../ports/log.ts';
import type { MessageEvent, MessageJournal } from '../../ports/message-journal.ts';
import type { LogBounds } from './log-versions.ts';
import { createOperatorLog } from './operator-log.ts';

const LIMIT_BYTES = 20 * 1_048_576;
/** How long what the policy said counts. */
const POLICY_MS = 500;
const WRITE_EVERY_MS = 100;
/** What waits to be written is no more than that in memory. */
const WAITING_BYTES = 1_048_576;

export interface JournalPolicy {
  /** False: nothing is noted. */
  readonly isKept: boolean;
  /** Of the file, the present one with them; ten are 200 MB, about half a million messages. */
  readonly versions: number;
}

export interface MessageJournalFile {
  readonly note: MessageJournal;
  /** What is noted is written; nothing is noted any more. */
  close(): void;
}

export function createMessageJournal(
  file: string,
  deps: {
    readonly log: Log;
    readonly now: () => number;
    /** Asked now and then. */
    readonly policy: () => JournalPolicy;
    readonly limitBytes?: number;
  },
): MessageJournalFile {
  let policy = deps.policy();
  let askedAt = performance.now();
  const bounds: LogBounds = {
    limitBytes: deps.limitBytes ?? LIMIT_BYTES,
    get kept() {
      return policy.versions - 1;
    },
  };
  const target = createOperatorLog(file, deps.log, bounds);
  const isKept = (): boolean => {
    if (performance.now() - askedAt > POLICY_MS) {
      policy = deps.policy();
      askedAt = performance.now();
    }
    return policy.isKept;
  };
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting === '') return;
    const lines = waiting;
    waiting = '';
    // Addresses and replies are what strangers wrote: JSON leaves C1 controls and what turns text as they are.
    target.append(safeLines(lines));
  };
  return {
    note(event) {
      if (!isKept()) return;
      waiting += lineOf(deps.now(), event());
      if (waiting.length > WAITING_BYTES) write();
      else timer ??= setTimeout(write, WRITE_EVERY_MS).unref();
    },
    close: write,
  };
}

const lineOf = (now: number, { event, ...fields }: MessageEvent): string =>
  `${JSON.stringify({ time: new Date(now).toISOString(), event, ...fields })}\n`;
