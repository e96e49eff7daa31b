/**
 * Tells idle sessions that their mailboxes have changed. One for each server process: a glance at the store tells whether there is
 * anything, and one question for each mailbox, however many sessions have it selected, whose it is.
 */
import { reasonOf } from '../condition/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { MailFileId } from '../ports/mail-store.ts';
import type { FolderId, Mailboxes } from '../ports/mailboxes.ts';
import { Glances } from './glances.ts';

/** Between two glances. */
const GLANCE_MS = 200;

interface Watched {
  readonly fileId: MailFileId;
  readonly folderId: FolderId;
  readonly listeners: Set<() => void>;
  /** Its last change at the last look; undefined: it has not been looked at, or was gone. */
  seen: number | undefined;
}

export class ChangeWatcher {
  readonly #mailboxes: Pick<Mailboxes, 'stamp' | 'find'>;
  readonly #log: Log;
  readonly #watched = new Map<string, Watched>();
  #stamp = 0;
  readonly #glances: Glances;

  constructor(mailboxes: Pick<Mailboxes, 'stamp' | 'find'>, clock: Clock, log: Log) {
    this.#mailboxes = mailboxes;
    this.#log = log;
    this.#glances = new Glances(
      clock,
      GLANCE_MS,
      () => this.#watched.size > 0,
      () => this.#glance(),
    );
  }

  /** @param changed  called whenever the mailbox may have changed, or is gone, until the function returned is called */
  watch({ fileId, folderId }: Pick<Watched, 'fileId' | 'folderId'>, changed: () => void): () => void {
    if (this.#watched.size === 0) this.#stamp = this.#mailboxes.stamp();
    const key = `${fileId} ${folderId}`;
    const watched = this.#watched.get(key) ?? { fileId, folderId, listeners: new Set(), seen: undefined };
    this.#watched.set(key, watched);
    watched.listeners.add(changed);
    this.#glances.adjust();
    return () => {
      watched.listeners.delete(changed);
      if (watched.listeners.size === 0 && this.#watched.get(key) === watched) this.#watched.delete(key);
      this.#glances.adjust();
    };
  }

  async #glance(): Promise<void> {
    try {
      const stamp = this.#mailboxes.stamp();
      if (stamp === this.#stamp) return;
      for (const watched of [...this.#watched.values()]) await this.#look(watched);
      this.#stamp = stamp;
    } catch (failure) {
      // The store cannot be read now: the next glance sees what there is.
      this.#log.warn({ reason: reasonOf(failure) }, 'idle sessions could not be told');
    }
  }

  async #look(watched: Watched): Promise<void> {
    const record = await this.#mailboxes.find(watched.fileId, watched.folderId);
    if (record !== undefined && record.highestModseq === watched.seen) return;
    watched.seen = record?.highestModseq;
    for (const changed of [...watched.listeners]) changed();
  }
}
