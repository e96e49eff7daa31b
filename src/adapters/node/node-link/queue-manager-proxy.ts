/** The queue manager as a process sees it through its connection. */
import type { JobReceipt } from '../../../ports/batch.ts';
import type { QueueDefinitions } from '../../../ports/queue-definitions.ts';
import type {
  Assignment,
  EntryInfo,
  MailAnalysis,
  MailChanged,
  MailRepair,
  QueueInfo,
  QueueManager,
  Submission,
  SubmitReceipt,
  SymbiontPort,
  SymbiontRegistration,
} from '../../../ports/queue-manager.ts';
import { outcomeParts } from './batch-parts.ts';
import { type AnsweredText, attachTexts, detachTexts, textOfAnswer } from './carried-text.ts';
import type { Connection } from './connection.ts';

/** A call that fails for a lost connection rejects with JBC JOBQUEDIS: whether it took effect is not known. */
export function queueManagerProxy(connection: Connection): QueueManager {
  const symbionts = new Map<number, SymbiontPort>();
  let nextSymbiont = 1;
  connection.onNotification(
    'process',
    ({ symbiont, batch }: { symbiont: number; batch: never[] }, attachments) => {
      symbionts.get(symbiont)?.process(attachTexts<Assignment>(batch, attachments.values()));
    },
  );
  connection.onNotification(
    'recall',
    ({
      symbiont,
      entries,
      how,
    }: {
      symbiont: number;
      entries: number[];
      how: 'afterRecipient' | 'abort';
    }) => {
      symbionts.get(symbiont)?.recall(entries, how);
    },
  );
  const call = async <T>(name: string, params: object): Promise<T> =>
    (await connection.call(name, params)) as T;

  return {
    async submit(submission) {
      const attachments: Uint8Array[] = [];
      const [carried] = detachTexts<Submission>([submission], attachments);
      return (await connection.call('submit', carried, attachments)) as SubmitReceipt;
    },
    queues: (pattern) => call<readonly QueueInfo[]>('queues', { pattern }),
    entries: (filter, caller) => call<readonly EntryInfo[]>('entries', { filter, caller }),
    changeEntries: (entries, change, caller) => call<void>('changeEntries', { entries, change, caller }),
    deleteEntries: (entries, caller) => call<void>('deleteEntries', { entries, caller }),
    startQueue: (name, caller, position) => call<void>('startQueue', { name, caller, position }),
    stopQueue: (name, how, caller) => call<void>('stopQueue', { name, how, caller }),
    setQueue: (name, change, caller) => call<void>('setQueue', { name, change, caller }),
    initializeQueue: (name, settings, caller) => call<void>('initializeQueue', { name, settings, caller }),
    deleteQueue: (name, caller) => call<void>('deleteQueue', { name, caller }),
    assignQueue: (name, target, caller) => call<void>('assignQueue', { name, target, caller }),
    mergeQueue: (source, target, caller) => call<void>('mergeQueue', { source, target, caller }),
    definitions: () => call<QueueDefinitions>('definitions', {}),
    define: (change, caller) => call<void>('define', { change, caller }),
    moveManager: (how, caller) => call<void>('moveManager', { how, caller }),
    reserveJob: (submission, caller) => call<number>('reserveJob', { submission, caller }),
    submitJob: (submission, caller) => call<JobReceipt>('submitJob', { submission, caller }),
    stopJob: (entry, how, caller) => call<void>('stopJob', { entry, how, caller }),
    setRestartValue: (entry, value, caller) => call<void>('setRestartValue', { entry, value, caller }),
    awaitJob: (entry, caller) => call<number>('awaitJob', { entry, caller }),
    startMail: (caller) => call<void>('startMail', { caller }),
    stopMail: (caller) => call<void>('stopMail', { caller }),
    changeMail: (selection, change, caller) => call<MailChanged>('changeMail', { selection, change, caller }),
    sendMail: (selection, caller) => call<number>('sendMail', { selection, caller }),
    async mailText(entry, caller) {
      return textOfAnswer(await call<AnsweredText>('mailText', { entry, caller }));
    },
    analyzeMail: (caller) => call<MailAnalysis>('analyzeMail', { caller }),
    repairMail: (how, caller) => call<MailRepair>('repairMail', { how, caller }),
    removeOrphan: (spoolId, caller) => call<boolean>('removeOrphan', { spoolId, caller }),
    async registerSymbiont(port, capacity) {
      const symbiont = nextSymbiont++;
      // Known before the answer: work may come right behind it.
      symbionts.set(symbiont, port);
      await connection.call('registerSymbiont', { symbiont, capacity });
      return registration(connection, symbiont, () => symbionts.delete(symbiont));
    },
  };
}

function registration(connection: Connection, symbiont: number, forget: () => void): SymbiontRegistration {
  return {
    async report(outcomes) {
      await Promise.all(
        outcomeParts(outcomes).map(async (part) => {
          const attachments: Uint8Array[] = [];
          const carried = part.map(({ submissions, ...outcome }) => ({
            ...outcome,
            ...(submissions === undefined ? {} : { submissions: detachTexts(submissions, attachments) }),
          }));
          await connection.call('report', { symbiont, outcomes: carried }, attachments);
        }),
      );
    },
    async giveBack(entries) {
      await connection.call('giveBack', { symbiont, entries });
    },
    async close(how) {
      forget();
      await connection.call('closeSymbiont', { symbiont, how });
    },
  };
}
