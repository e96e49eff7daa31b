/** The queue manager's end of a connection: answers the calls of queue-manager-proxy.ts. */
import type { JobSubmission, PrintPosition } from '../../../ports/batch.ts';
import type { DefinitionChange } from '../../../ports/queue-definitions.ts';
import type {
  Caller,
  EntryChange,
  EntryFilter,
  EntryOutcome,
  MailChange,
  MailSelection,
  ManagerMove,
  QueueManager,
  QueueSettings,
  StopJob,
  Submission,
  SymbiontRegistration,
} from '../../../ports/queue-manager.ts';
import { assignmentParts } from './batch-parts.ts';
import { answeredText, attachTexts, detachTexts } from './carried-text.ts';
import type { Connection } from './connection.ts';

interface Named {
  readonly name: string;
  readonly caller: Caller;
}

export function serveQueueManager(connection: Connection, manager: QueueManager): void {
  const symbionts = new Map<number, SymbiontRegistration>();
  const symbiontOf = (number: number): SymbiontRegistration => {
    const found = symbionts.get(number);
    if (found === undefined) throw new Error(`symbiont ${number} is not registered`);
    return found;
  };

  connection.handle('submit', (carried: never, attachments) =>
    manager.submit(attachTexts<Submission>([carried], attachments.values())[0]!),
  );
  connection.handle('queues', ({ pattern }: { pattern?: string }) => manager.queues(pattern));
  connection.handle('entries', ({ filter, caller }: { filter: EntryFilter; caller: Caller }) =>
    manager.entries(filter, caller),
  );
  connection.handle(
    'changeEntries',
    ({
      entries,
      change,
      caller,
    }: {
      entries: number[];
      change: EntryChange | readonly EntryChange[];
      caller: Caller;
    }) => manager.changeEntries(entries, change, caller),
  );
  connection.handle('deleteEntries', ({ entries, caller }: { entries: number[]; caller: Caller }) =>
    manager.deleteEntries(entries, caller),
  );
  connection.handle('startQueue', ({ name, caller, position }: Named & { position?: PrintPosition }) =>
    manager.startQueue(name, caller, position),
  );
  connection.handle('stopQueue', ({ name, how, caller }: Named & { how: 'pause' | 'next' | 'reset' }) =>
    manager.stopQueue(name, how, caller),
  );
  connection.handle('setQueue', ({ name, change, caller }: Named & { change: QueueSettings }) =>
    manager.setQueue(name, change, caller),
  );
  connection.handle('initializeQueue', ({ name, settings, caller }: Named & { settings: QueueSettings }) =>
    manager.initializeQueue(name, settings, caller),
  );
  connection.handle('deleteQueue', ({ name, caller }: Named) => manager.deleteQueue(name, caller));
  connection.handle('assignQueue', ({ name, target, caller }: Named & { target?: string }) =>
    manager.assignQueue(name, target, caller),
  );
  connection.handle(
    'mergeQueue',
    ({ source, target, caller }: { source: string; target: string; caller: Caller }) =>
      manager.mergeQueue(source, target, caller),
  );
  connection.handle('definitions', () => manager.definitions());
  connection.handle('define', ({ change, caller }: { change: DefinitionChange; caller: Caller }) =>
    manager.define(change, caller),
  );
  connection.handle('moveManager', ({ how, caller }: { how: ManagerMove; caller: Caller }) =>
    manager.moveManager(how, caller),
  );
  connection.handle('reserveJob', ({ submission, caller }: { submission: JobSubmission; caller: Caller }) =>
    manager.reserveJob(submission, caller),
  );
  connection.handle('submitJob', ({ submission, caller }: { submission: JobSubmission; caller: Caller }) =>
    manager.submitJob(submission, caller),
  );
  connection.handle('stopJob', ({ entry, how, caller }: { entry: number; how: StopJob; caller: Caller }) =>
    manager.stopJob(entry, how, caller),
  );
  connection.handle(
    'setRestartValue',
    ({ entry, value, caller }: { entry: number; value: string; caller: Caller }) =>
      manager.setRestartValue(entry, value, caller),
  );
  connection.handle('awaitJob', ({ entry, caller }: { entry: number; caller: Caller }) =>
    manager.awaitJob(entry, caller),
  );
  connection.handle('startMail', ({ caller }: { caller: Caller }) => manager.startMail(caller));
  connection.handle('stopMail', ({ caller }: { caller: Caller }) => manager.stopMail(caller));
  connection.handle(
    'changeMail',
    ({ selection, change, caller }: { selection: MailSelection; change: MailChange; caller: Caller }) =>
      manager.changeMail(selection, change, caller),
  );
  connection.handle('sendMail', ({ selection, caller }: { selection: MailSelection; caller: Caller }) =>
    manager.sendMail(selection, caller),
  );
  connection.handle('mailText', async ({ entry, caller }: { entry: number; caller: Caller }) => {
    return answeredText(await manager.mailText(entry, caller));
  });
  connection.handle('analyzeMail', ({ caller }: { caller: Caller }) => manager.analyzeMail(caller));
  connection.handle(
    'repairMail',
    ({ how, caller }: { how: Parameters<QueueManager['repairMail']>[0]; caller: Caller }) =>
      manager.repairMail(how, caller),
  );
  connection.handle('removeOrphan', ({ spoolId, caller }: { spoolId: string; caller: Caller }) =>
    manager.removeOrphan(spoolId, caller),
  );

  connection.handle(
    'registerSymbiont',
    async ({ symbiont, capacity }: { symbiont: number; capacity: number }) => {
      const registered = await manager.registerSymbiont(
        {
          process(batch) {
            for (const part of assignmentParts(batch)) {
              const attachments: Uint8Array[] = [];
              connection.notify('process', { symbiont, batch: detachTexts(part, attachments) }, attachments);
            }
          },
          recall: (entries, how) => connection.notify('recall', { symbiont, entries, how }),
        },
        capacity,
      );
      if (connection.isClosed) await registered.close('died');
      else symbionts.set(symbiont, registered);
    },
  );
  connection.handle(
    'report',
    (
      {
        symbiont,
        outcomes,
      }: { symbiont: number; outcomes: (Omit<EntryOutcome, 'submissions'> & { submissions?: never[] })[] },
      attachments,
    ) => {
      const texts = attachments.values();
      return symbiontOf(symbiont).report(
        outcomes.map(({ submissions, ...outcome }) => ({
          ...outcome,
          ...(submissions === undefined ? {} : { submissions: attachTexts<Submission>(submissions, texts) }),
        })),
      );
    },
  );
  connection.handle('giveBack', ({ symbiont, entries }: { symbiont: number; entries: number[] }) =>
    symbiontOf(symbiont).giveBack(entries),
  );
  connection.handle('closeSymbiont', async ({ symbiont, how }: { symbiont: number; how?: 'died' }) => {
    const registered = symbiontOf(symbiont);
    symbionts.delete(symbiont);
    await registered.close(how);
  });
  // A process that is gone without a word died: what it held returns at once.
  void connection.closed.then(() => Promise.all([...symbionts.values()].map((each) => each.close('died'))));
}
