/**
 * What all contexts of callable MAIL have in common: item lists are checked before anything happens, failures are thrown
 * unless the caller wants a status, and a context that has ended is none. Source: vms-mail.md §8.
 */
import { Condition, condition, SYSTEM, signal } from '../../condition/index.ts';
import { MAIL } from '../messages.ts';

/** Every input item list takes it: failures come back as `status` instead of being thrown. */
export interface NoSignal {
  readonly MAIL$_NOSIGNAL?: boolean;
}

/** What every routine returns, its output items beside it. */
export interface Returned {
  /** Condition value: odd is success. The text is that of F$MESSAGE. */
  readonly status: number;
}

/** A failure returned because of MAIL$_NOSIGNAL has no output items. */
export type Result<Items extends object = object> = Returned & Partial<Items>;

/** Strings of items; lines of text may have 998. */
const STRING_LIMIT = 255;
const LINE_LIMIT = 998;
const CONTEXTS = 31;

/** Counts the contexts of one caller. */
export class ContextBlocks {
  #open = 0;

  /** Throws NOMORECTX for the 32nd. */
  take(): void {
    if (this.#open >= CONTEXTS) signal(MAIL.NOMORECTX);
    this.#open++;
  }
  release(): void {
    this.#open--;
  }
}

export abstract class Context {
  readonly #blocks: ContextBlocks;
  #hasEnded = false;

  protected constructor(blocks: ContextBlocks) {
    blocks.take();
    this.#blocks = blocks;
  }

  /** Throws ILLCTXADR when this context has ended. */
  protected checkOpen(): void {
    if (this.#hasEnded) signal(MAIL.ILLCTXADR);
  }

  /** A routine: the list is checked, the work done, a failure thrown or returned. */
  protected async routine<Items extends object>(
    items: NoSignal & object,
    known: readonly string[],
    work: () => Promise<Items & { readonly status?: number }>,
  ): Promise<Result<Items>> {
    return await returned(items, async () => {
      this.checkOpen();
      checkItems(items, known);
      return work();
    });
  }

  protected finish(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#blocks.release();
  }
}

async function returned<Items extends object>(
  items: NoSignal,
  work: () => Promise<Items & { readonly status?: number }>,
): Promise<Result<Items>> {
  try {
    return { status: SYSTEM.NORMAL.value, ...(await work()) };
  } catch (error) {
    // Only expected failures have a status; anything else is a bug, or a store that is broken.
    if (items.MAIL$_NOSIGNAL !== true || !(error instanceof Condition)) throw error;
    return { status: error.value } as Result<Items>;
  }
}

/** INVITMCOD for an item this routine does not know, INVITMLEN for a string that is too long. */
function checkItems(items: object, known: readonly string[]): void {
  for (const [name, value] of Object.entries(items)) {
    if (name !== 'MAIL$_NOSIGNAL' && !known.includes(name)) throw condition(MAIL.INVITMCOD);
    const limit = LINES.has(name) ? LINE_LIMIT : STRING_LIMIT;
    if (typeof value === 'string' && value.length > limit) signal(MAIL.INVITMLEN);
  }
}

const LINES = new Set([
  'MAIL$_SEND_TO_LINE',
  'MAIL$_SEND_CC_LINE',
  'MAIL$_SEND_FROM_LINE',
  'MAIL$_SEND_SUBJECT',
  'MAIL$_SEND_RECORD',
  'MAIL$_SEND_USERNAME',
]);

/** At most one of them. CONITMCOD */
export function exclusive(items: object, ...names: readonly string[]): void {
  const given = names.filter((name) => (items as Record<string, unknown>)[name] !== undefined);
  if (given.length > 1) signal(MAIL.CONITMCOD);
}

/** MISREQITM where it is missing. */
export function required<T>(value: T | undefined): T {
  if (value === undefined) signal(MAIL.MISREQITM);
  return value as T;
}
