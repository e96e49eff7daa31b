/** START/QUEUE, STOP/QUEUE, SET QUEUE. They print nothing on success. Source: queues.md §4.2. */
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';
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
    summary: 'Pauses a queue; /NEXT stops it after the current jobs, /RESET at once.',
    source: 'DCL Dictionary, STOP/QUEUE, STOP/QUEUE/NEXT, STOP/QUEUE/RESET',
    privilege: 'OPER',
    parameters: queueParameter,
    qualifiers: {
      QUEUE: { negatable: false },
      NEXT: { negatable: false, summary: 'finish the jobs in hand first' },
      RESET: { negatable: false, summary: 'the jobs in hand go back to the queue' },
    },
    disallow: ['NEXT AND RESET'],
    async routine(command, context) {
      const how = command.present('NEXT') ? 'next' : command.present('RESET') ? 'reset' : 'pause';
      const manager = await queueManager();
      await manager.stopQueue(queueName(command.value('QUEUE_NAME')!, context), how, callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });

export const setQueueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'SET QUEUE',
    summary: 'Closes a queue to new jobs, or opens it again.',
    source: 'DCL Dictionary, SET QUEUE',
    privilege: 'OPER',
    parameters: queueParameter,
    qualifiers: {
      CLOSE: { negatable: false, summary: 'take no new jobs' },
      OPEN: { negatable: false, summary: 'take new jobs' },
    },
    disallow: ['CLOSE AND OPEN', 'NOT CLOSE AND NOT OPEN'],
    async routine(command, context) {
      const manager = await queueManager();
      const name = queueName(command.value('QUEUE_NAME')!, context);
      await manager.setQueue(name, { closed: command.present('CLOSE') }, callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });
