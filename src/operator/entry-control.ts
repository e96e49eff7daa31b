/** SET ENTRY and DELETE/ENTRY. Each entry for itself: one that fails does not keep the others. Source: queues.md §9. */
import { DCL, defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import {
  Condition,
  condition,
  conditionLines,
  INHIBIT_MESSAGE,
  JBC,
  type MessageDefinition,
  SYSTEM,
  signal,
} from '../condition/index.ts';
import type { PrintSettings } from '../ports/batch.ts';
import type { Characteristic } from '../ports/queue-definitions.ts';
import type { Caller, EntryChange, QueueManager } from '../ports/queue-manager.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf } from '../system/queue-requests.ts';
import { parseVmsTime } from '../vms-time/index.ts';
import type { OperatorDeps } from './deps.ts';
import { characteristicsFor, givenFields, jobNameOf, jobQualifiers, priorityOf } from './job-qualifiers.ts';
import { DELETE, SET } from './messages.ts';
import { printFields, printQualifiers } from './print-qualifiers.ts';
import { queueName } from './show-queue.ts';

export const setEntryVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'SET ENTRY',
    summary: 'Holds, releases or delays jobs, or changes what they carry.',
    source: 'DCL Dictionary, SET ENTRY',
    parameters: [{ label: 'ENTRY', prompt: 'Entry', required: true, value: { type: '$NUMBER', list: true } }],
    qualifiers: {
      ...jobQualifiers,
      ...printQualifiers,
      HOLD: { summary: 'hold until released' },
      REQUEUE: {
        negatable: false,
        value: { type: '$QUEUE', required: true },
        summary: 'into another queue',
      },
      RELEASE: { negatable: false, summary: 'release a held or timed job now' },
      AFTER: { value: { type: '$DATETIME', required: true }, summary: 'hold until this time' },
    },
    disallow: ['HOLD AND RELEASE', 'AFTER AND RELEASE'],
    async routine(command, context) {
      const changes = changesOf(command, context, await characteristicsFor(command, queueManager));
      return eachEntry(command.values('ENTRY'), context, SET.NOTSET, async (entry) => {
        const manager = await queueManager();
        if (changes.length > 0) await manager.changeEntries([entry], changes, callerOf(context));
        await sayPriority(entry, priorityOf(command), manager, context);
      });
    },
  });

/** Who has neither ALTPRI nor OPER gets no more than the job has, or than everybody may have. queues.md §9 */
async function sayPriority(
  entry: number,
  asked: number | undefined,
  manager: QueueManager,
  context: VerbContext,
): Promise<void> {
  if (asked === undefined) return;
  const [job] = await manager.entries({ entries: [entry] }, callerOf(context));
  if (job === undefined || job.priority >= asked) return;
  for (const line of conditionLines(condition(JBC.PRIOSMALL))) await context.error.writeLine(line);
}

/** In the order they take effect: a held job with /AFTER=time/NOHOLD ends up holding until that time. queues.md §9 */
function changesOf(
  command: ParsedCommand,
  context: VerbContext,
  known: readonly Characteristic[],
): readonly EntryChange[] {
  const changes: EntryChange[] = [];
  const { process } = context;
  const priority = priorityOf(command);
  if (priority !== undefined) changes.push({ kind: 'priority', priority });
  const jobName = jobNameOf(command);
  const print = printFields(command);
  const batch = {
    ...givenFields(command, context, jobName ?? '', known),
    // What is not given stays as it is: the queue manager puts both together.
    ...(Object.keys(print).length === 0 ? {} : { print: print as PrintSettings }),
  };
  const queue = command.value('REQUEUE');
  if (jobName !== undefined || queue !== undefined || Object.keys(batch).length > 0)
    changes.push({
      kind: 'batch',
      batch,
      ...(jobName === undefined ? {} : { jobName }),
      ...(queue === undefined ? {} : { queueName: queueName(queue, context) }),
    });
  if (command.present('RELEASE')) changes.push({ kind: 'release' });
  if (command.present('AFTER')) {
    changes.push({ kind: 'after', instant: parseVmsTime(command.value('AFTER')!, process.clock.now()) });
  }
  if (command.negated('AFTER')) changes.push({ kind: 'after', instant: undefined });
  if (command.negated('HOLD')) changes.push({ kind: 'noHold' });
  if (command.present('HOLD')) changes.push({ kind: 'hold' });
  return changes;
}

export const deleteEntryVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'DELETE/ENTRY',
    summary: 'Deletes jobs; one that executes is aborted.',
    source: 'DCL Dictionary, DELETE/ENTRY',
    parameters: [{ label: 'QUEUE_NAME', prompt: 'Queue', value: { type: '$QUEUE' } }],
    qualifiers: {
      ENTRY: { negatable: false, value: { type: '$NUMBER', required: true, list: true } },
      LOG: { summary: 'say which entries were deleted' },
    },
    async routine(command, context) {
      const named = command.value('QUEUE_NAME');
      return eachEntry(command.values('ENTRY'), context, DELETE.SEARCHFAIL, async (entry) => {
        const manager = await queueManager();
        if (named !== undefined)
          await checkStandsIn(manager, entry, queueName(named, context), callerOf(context));
        await manager.deleteEntries([entry], callerOf(context));
        if (!command.present('LOG')) return;
        for (const line of conditionLines(condition(DELETE.DELETED, entry)))
          await context.output.writeLine(line);
      });
    },
  });

/** Throws JBC NOSUCHQUE, NOSUCHENT. Mail on its way from queue to queue stands in all of those of mail. */
async function checkStandsIn(
  manager: QueueManager,
  entry: number,
  name: string,
  caller: Caller,
): Promise<void> {
  const queue = (await manager.queues()).find((each) => each.name === name.toUpperCase());
  if (queue === undefined) signal(JBC.NOSUCHQUE);
  const [found] = await manager.entries({ entries: [entry] }, caller);
  // Whether there is such an entry, and whose, is said where it is deleted.
  if (found === undefined || found.queueName === queue.name) return;
  if (found.batch !== undefined || queue.properties !== undefined) signal(JBC.NOSUCHENT);
}

/** @returns success, or the last failure, already shown. */
async function eachEntry(
  texts: readonly string[],
  context: VerbContext,
  message: MessageDefinition,
  work: (entry: number) => Promise<void>,
): Promise<number> {
  const numbers = texts.map((text) => {
    if (Number(text) < 0) throw new Condition(DCL.NUMBER, [], { token: text });
    return Number(text);
  });
  let status = SYSTEM.NORMAL.value;
  for (const entry of numbers) {
    try {
      await work(entry);
    } catch (error) {
      if (!(error instanceof Condition)) throw error;
      const failure = condition(message, entry).with(error);
      for (const line of conditionLines(failure)) await context.error.writeLine(line);
      status = failure.value | INHIBIT_MESSAGE;
    }
  }
  return status;
}
