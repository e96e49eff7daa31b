/** SHOW ENTRY. Source: queues.md §8.2. */
import { defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { SYSTEM, signal } from '../condition/index.ts';
import type { Caller, EntryFilter, EntryInfo, QueueInfo } from '../ports/queue-manager.ts';
import { JBC } from '../queue-manager/messages.ts';
import { commandOutput } from '../system/command-output.ts';
import { foldedText } from '../system/fold-line.ts';
import type { VerbContext } from '../system/image.ts';
import { type QueueSituation, recipientText, whyItWaits } from '../system/mail-entry-text.ts';
import { callerOf, entriesOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';
import { jobDetails, jobHeading, jobLines, jobQueueLine } from './job-display.ts';
import { isOfKind, listingQualifiers, statesFilter } from './listing.ts';

export const showEntryVerb = ({ queueManager, closedDestinations }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW ENTRY',
    summary: 'Displays your jobs, or those you name.',
    source: 'DCL Dictionary, SHOW ENTRY',
    parameters: [{ label: 'ENTRY', prompt: 'Entry', value: { type: '$ENTRY', list: true } }],
    qualifiers: { ...listingQualifiers, USER_NAME: { negatable: false, value: { required: true } } },
    disallow: ['BRIEF AND FULL'],
    async routine(command, context) {
      const caller = callerOf(context);
      const manager = await queueManager();
      const found = await manager.queues();
      const queues = new Map(found.map((queue) => [queue.name, queue]));
      const isFull = command.present('FULL');
      const situation = { queues: found, closed: isFull ? await closedDestinations() : [] };
      const output = await commandOutput(context, command.value('OUTPUT'));
      let shown = 0;
      let isMissing = false;
      try {
        for (const filter of entryFilters(command, caller)) {
          const missing = new Set<number | undefined>(filter.entries ?? [undefined]);
          for await (const entry of entriesOf(
            manager,
            { ...filter, ...statesFilter(command), withRecipients: isFull },
            caller,
          )) {
            if (context.signal.aborted) return SYSTEM.NORMAL.value;
            missing.delete(filter.entries === undefined ? undefined : entry.entry);
            const queue = queues.get(entry.queueName);
            if (!isOfKind(queue, command)) continue;
            const heading = shown === 0 && !command.present('FULL') ? jobHeading : [];
            const { columns } = context.output;
            for (const line of [...heading, ...entryLines(entry, queue, command, columns, situation)])
              await output.line(line);
            shown += 1;
          }
          if (missing.size > 0) isMissing = true;
        }
      } finally {
        await output.close();
      }
      // The others are shown all the same.
      if (shown === 0 || isMissing) signal(JBC.NOSUCHENT);
      return SYSTEM.NORMAL.value;
    },
  });

function entryLines(
  entry: EntryInfo,
  queue: QueueInfo | undefined,
  command: ParsedCommand,
  columns: number,
  situation: QueueSituation,
): string[] {
  const isFull = command.present('FULL');
  const { error, submitted, file } = jobDetails(entry, columns);
  return [
    ...jobLines(entry, isFull),
    ...(isFull ? error : []),
    jobQueueLine(entry, queue),
    ...(isFull ? submitted : []),
    ...(isFull || command.present('FILES') ? file : []),
    ...(isFull && entry.batch === undefined ? mailLines(entry, situation, columns) : []),
    '',
  ];
}

/** Ours: what mail waits for, and what became of each recipient. */
function mailLines(entry: EntryInfo, situation: QueueSituation, columns: number): string[] {
  const reason = whyItWaits(entry, situation);
  return [
    ...(reason === undefined ? [] : foldedText('         Reason: ', reason, columns)),
    ...(entry.recipients ?? []).flatMap((recipient) => {
      const { address, state, reply } = recipientText(recipient, situation.closed);
      return [
        `         To: ${address}`,
        ...foldedText('           ', state, columns),
        ...(reply === undefined ? [] : foldedText('           ', reply, columns)),
      ];
    }),
  ];
}

/** Numbers together; each job name for itself, among the caller's or the named user's jobs. */
function entryFilters(command: ParsedCommand, caller: Caller): readonly EntryFilter[] {
  const userName = command.value('USER_NAME');
  const given = command.values('ENTRY');
  const numbers = given.filter((each) => /^\d+$/.test(each)).map(Number);
  const names = given.filter((each) => !/^\d+$/.test(each));
  const owner = { userName: userName ?? caller.userName };
  if (given.length === 0) return [owner];
  return [
    ...(numbers.length === 0 ? [] : [{ entries: numbers, ...(userName === undefined ? {} : { userName }) }]),
    ...names.map((jobName) => ({ jobName, ...owner })),
  ];
}
