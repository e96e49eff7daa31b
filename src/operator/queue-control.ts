/** START/QUEUE, STOP/QUEUE, SET QUEUE. They print nothing on success. Source: queues.md §4.2. */
import { DCL, defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { Condition, SYSTEM, signal } from '../condition/index.ts';
import type { StopJob } from '../ports/queue-manager.ts';
import { JBC } from '../queue-manager/messages.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';
import { priorityOf } from './job-qualifiers.ts';
import { definitionQualifiers, queueSettings } from './queue-definition.ts';
import { queueName } from './show-queue.ts';

const queueParameter = [
  { label: 'QUEUE_NAME', prompt: 'Queue', required: true, value: { type: '$QUEUE' } },
] as const;

export const startQueueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'START/QUEUE',
    summary: 'Starts a stopped queue, resumes a paused one.',
    source: 'DCL Dictionary, START/QUEUE',
    privilege: 'OPER',
    parameters: queueParameter,
    async routine(command, context) {
      const manager = await queueManager();
      await manager.startQueue(queueName(command.value('QUEUE_NAME')!, context), callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });

export const stopQueueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'STOP/QUEUE',
    summary:
      'Pauses a queue; /NEXT stops it after the current jobs, /RESET at once; /ENTRY stops a batch job.',
    source: 'DCL Dictionary, STOP/QUEUE, STOP/QUEUE/NEXT, /RESET, /ENTRY, /REQUEUE',
    parameters: queueParameter,
    qualifiers: {
      ABORT: { negatable: false, summary: 'with /ENTRY: the job is over' },
      ENTRY: { negatable: false, value: { type: '$NUMBER', required: true }, summary: 'this executing job' },
      HOLD: { negatable: false, summary: 'with /REQUEUE: until it is released' },
      PRIORITY: { negatable: false, value: { type: '$NUMBER', required: true } },
      QUEUE: { negatable: false },
      NEXT: { negatable: false, summary: 'finish the jobs in hand first' },
      REQUEUE: {
        negatable: false,
        value: { type: '$QUEUE' },
        summary: 'with /ENTRY: the job goes back to its queue, or into this one',
      },
      RESET: { negatable: false, summary: 'the jobs in hand go back to the queue' },
    },
    disallow: [
      'ANY2(NEXT,RESET,ENTRY)',
      'ANY2(ABORT,REQUEUE)',
      '(ABORT OR REQUEUE) AND NOT ENTRY',
      '(HOLD OR PRIORITY) AND NOT REQUEUE',
    ],
    async routine(command, context) {
      const manager = await queueManager();
      const caller = callerOf(context);
      const name = queueName(command.value('QUEUE_NAME')!, context);
      if (command.present('ENTRY')) {
        const entry = Number(command.value('ENTRY'));
        const [found] = await manager.entries({ entries: [entry], queue: name }, caller);
        if (found === undefined) signal(JBC.NOSUCHENT);
        await manager.stopJob(entry, stopOf(command, context), caller);
        return SYSTEM.NORMAL.value;
      }
      const how = command.present('NEXT') ? 'next' : command.present('RESET') ? 'reset' : 'pause';
      await manager.stopQueue(name, how, caller);
      return SYSTEM.NORMAL.value;
    },
  });

function stopOf(command: ParsedCommand, context: VerbContext): StopJob {
  if (!command.present('REQUEUE')) return {};
  const target = command.value('REQUEUE');
  const priority = priorityOf(command);
  return {
    requeue: {
      hold: command.present('HOLD'),
      ...(target === undefined ? {} : { queueName: queueName(target, context) }),
      ...(priority === undefined ? {} : { priority }),
    },
  };
}

export const setQueueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'SET QUEUE',
    summary: 'Closes a queue to new jobs or opens it again; changes what a batch queue is.',
    source: 'DCL Dictionary, SET QUEUE',
    privilege: 'OPER',
    parameters: queueParameter,
    qualifiers: definitionQualifiers,
    disallow: ['CLOSE AND OPEN'],
    async routine(command, context) {
      const manager = await queueManager();
      const name = queueName(command.value('QUEUE_NAME')!, context);
      const settings = queueSettings(command);
      if (Object.keys(settings).length === 0) throw new Condition(DCL.CONFLICT);
      await manager.setQueue(name, settings, callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });
