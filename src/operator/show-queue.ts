/** SHOW QUEUE. Source: queues.md §8.1. */
import { defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { SYSTEM, signal } from '../condition/index.ts';
import type { Caller, EntryFilter, QueueInfo, QueueManager } from '../ports/queue-manager.ts';
import { JBC } from '../queue-manager/messages.ts';
import { type CommandOutput, commandOutput } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import { queueKinds } from '../system/queue-kinds.ts';
import { callerOf, entriesOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';
import {
  batchJobHeading,
  interveningLines,
  jobDetailLines,
  jobDetails,
  jobHeading,
  jobLines,
} from './job-display.ts';
import { isOfKind, listingQualifiers, statesFilter } from './listing.ts';
import { type QueueDisplay, queueDetailLines, queueLine, summaryLine } from './queue-display.ts';

export const showQueueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW QUEUE',
    summary: 'Displays queues and the jobs in them.',
    source: 'DCL Dictionary, SHOW QUEUE',
    parameters: [{ label: 'QUEUE_NAME', prompt: 'Queue', value: { type: '$QUEUE', list: true } }],
    qualifiers: {
      ...listingQualifiers,
      ALL_JOBS: { negatable: false, summary: 'jobs of all users; default: your own' },
      SUMMARY: { negatable: false, summary: 'counts of jobs' },
    },
    disallow: ['ANY2(BRIEF,FULL,SUMMARY)'],
    async routine(command, context) {
      const caller = callerOf(context);
      const manager = await queueManager();
      const { found, isMissing } = await namedQueues(manager, command, context);
      const queues = found.filter((queue) => isOfKind(queue, command));
      if (queues.length === 0) signal(JBC.NOSUCHQUE);
      const output = await commandOutput(context, command.value('OUTPUT'));
      try {
        for (const queue of queues) await showQueue(queue, manager, command, caller, context, output);
      } finally {
        await output.close();
      }
      if (isMissing) signal(JBC.NOSUCHQUE);
      return SYSTEM.NORMAL.value;
    },
  });

async function showQueue(
  queue: QueueInfo,
  manager: QueueManager,
  command: ParsedCommand,
  caller: Caller,
  context: VerbContext,
  output: CommandOutput,
): Promise<void> {
  const how: QueueDisplay = command.present('FULL')
    ? 'full'
    : command.present('SUMMARY')
      ? 'summary'
      : 'brief';
  await output.line(queueLine(queue));
  if (how === 'full') {
    const { forms, characteristics } = await manager.definitions();
    const stockOf = (form: string): string => forms.find(({ name }) => name === form)?.stock ?? form;
    const lines = queueDetailLines(queue, context.output.columns, characteristics, stockOf);
    for (const line of lines) await output.line(line);
  }
  if (how === 'summary') await output.line(summaryLine(queue));
  await output.line('');
  if (how === 'summary') return;
  const chosenStates = statesFilter(command);
  const isOwnOnly = !command.present('ALL_JOBS');
  const filter: EntryFilter = {
    queue: queue.name,
    ...(isOwnOnly ? { userName: caller.userName } : {}),
    ...chosenStates,
    // Of some states only, what stands between them says nothing.
    withIntervening: isOwnOnly && chosenStates.states === undefined,
  };
  let isFirst = true;
  for await (const entry of entriesOf(manager, filter, caller)) {
    if (context.signal.aborted) return;
    const { isBatch } = queueKinds[queue.kind];
    if (isFirst) for (const line of isBatch ? batchJobHeading : jobHeading) await output.line(line);
    isFirst = false;
    const details =
      how === 'full'
        ? jobDetailLines(entry, context.output.columns)
        : command.present('FILES')
          ? jobDetails(entry).file
          : [];
    const lines = [...interveningLines(entry), ...jobLines(entry, how === 'full', !isBatch), ...details, ''];
    for (const line of lines) await output.line(line);
  }
}

/** `isMissing`: one of the names means no queue; the others are shown all the same. */
async function namedQueues(
  manager: QueueManager,
  command: ParsedCommand,
  context: VerbContext,
): Promise<{ readonly found: readonly QueueInfo[]; readonly isMissing: boolean }> {
  const names = command.values('QUEUE_NAME');
  if (names.length === 0) return { found: await manager.queues(), isMissing: false };
  const found = new Map<string, QueueInfo>();
  let isMissing = false;
  for (const name of names) {
    const queues = await manager.queues(queueName(name, context));
    if (queues.length === 0) isMissing = true;
    for (const queue of queues) found.set(queue.name, queue);
  }
  return { found: [...found.values()], isMissing };
}

/** A queue name may be a logical name, and may end in a colon. */
export const queueName = (text: string, { process }: VerbContext): string =>
  process.logicalNames.translate(text.replace(/:$/, '').toUpperCase());
