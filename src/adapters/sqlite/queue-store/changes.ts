/** What a change of the queue writes. Within a transaction. */
import type { SubmissionKey } from '../../../ports/batch.ts';
import type { RecipientInfo } from '../../../ports/queue-manager.ts';
import type { QueueChange, StoredJob } from '../../../ports/queue-store.ts';
import { bytesOfText, newEntryValues, newJobValues, procedureKey, standingValues } from './rows.ts';
import type { Statements } from './statements.ts';

export class Changes {
  readonly #do: Statements;
  /** Whether removed mail may have submission keys: most nodes never have any. */
  #hasKeys: boolean;

  constructor(statements: Statements) {
    this.#do = statements;
    this.#hasKeys = statements.anyKey.get() !== undefined;
    // Of mail that was deleted while its job was being submitted. Most nodes have none, and write nothing here.
    if (this.#hasKeys) statements.forgetLostKeys.run();
  }

  apply(change: QueueChange): void {
    const run = this.#do;
    switch (change.kind) {
      case 'add': {
        const bytes = bytesOfText(change.entry.text);
        run.addEntry.run(...newEntryValues(change.entry));
        if (bytes !== undefined) run.addText.run(change.entry.entry, bytes);
        return;
      }
      case 'remove':
        run.removeEntry.run(change.entry);
        run.removeText.run(change.entry);
        run.removeRecipients.run(change.entry);
        if (this.#hasKeys) run.forgetKeys.run(change.entry);
        return;
      case 'stand':
        run.stand.run(...standingValues(change.standing), change.entry);
        return;
      case 'recipients':
        for (const each of change.recipients) this.#setRecipient(change.entry, each);
        return;
      case 'nextEntry':
        run.setNextEntry.run(change.entry);
        return;
      case 'queue': {
        const { name, kind, state, closed, properties } = change.queue;
        const text = properties === undefined ? null : JSON.stringify(properties);
        run.setQueue.run(name, kind, state, Number(closed), text);
        return;
      }
      case 'removeQueue':
        run.removeQueue.run(change.name);
        return;
      case 'definitions':
        run.setDefinitions.run(JSON.stringify(change.definitions));
        return;
      case 'addJob':
        run.addEntry.run(...newJobValues(change.job));
        run.setJob.run(change.job.entry, JSON.stringify(change.job.batch));
        if (change.submissionKey !== undefined) this.#addKey(change.submissionKey, change.job.entry);
        return;
      case 'job':
        this.#changeJob(change.job);
        return;
      case 'removeJob':
        run.removeEntry.run(change.entry);
        run.removeJob.run(change.entry);
        return;
    }
  }

  #addKey({ entry, entryId, procedure }: SubmissionKey, job: number): void {
    this.#hasKeys = true;
    this.#do.addKey.run(entry, procedureKey(procedure), entryId, job);
  }

  #changeJob(job: StoredJob): void {
    const { entry, queueName, jobName, batch } = job;
    this.#do.stand.run(...standingValues(job, 'batch'), entry);
    this.#do.nameJob.run(queueName, jobName, entry);
    this.#do.setJob.run(entry, JSON.stringify(batch));
  }

  #setRecipient(entry: number, recipient: RecipientInfo): void {
    this.#do.setRecipient.run(
      entry,
      recipient.index,
      recipient.forwardPath,
      recipient.state,
      recipient.attempts,
      recipient.lastReply ?? null,
      recipient.nextAttempt ?? null,
      recipient.requests === undefined ? null : JSON.stringify(recipient.requests),
      recipient.isDelayTold === undefined ? null : 1,
    );
  }
}
