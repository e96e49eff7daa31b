/** ASSIGN/QUEUE, DEASSIGN/QUEUE, ASSIGN/MERGE. They print nothing on success. Source: queues.md §4.2. */
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';
import { queueName } from './show-queue.ts';

const queue = (label: string, prompt: string) =>
  ({ label, prompt, required: true, value: { type: '$QUEUE' } }) as const;

export const assignQueueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'ASSIGN/QUEUE',
    summary: 'Makes a logical queue: its jobs go to another one.',
    source: 'DCL Dictionary, ASSIGN/QUEUE',
    privilege: 'OPER',
    parameters: [queue('QUEUE_NAME', 'Queue'), queue('LOGICAL_QUEUE', 'Logical queue')],
    async routine(command, context) {
      const manager = await queueManager();
      const target = queueName(command.value('QUEUE_NAME')!, context);
      const logical = queueName(command.value('LOGICAL_QUEUE')!, context);
      await manager.assignQueue(logical, target, callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });

export const deassignQueueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'DEASSIGN/QUEUE',
    summary: 'Makes a logical queue an ordinary one again.',
    source: 'DCL Dictionary, DEASSIGN/QUEUE',
    privilege: 'OPER',
    parameters: [queue('LOGICAL_QUEUE', 'Logical queue')],
    async routine(command, context) {
      const manager = await queueManager();
      const logical = queueName(command.value('LOGICAL_QUEUE')!, context);
      await manager.assignQueue(logical, undefined, callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });

export const mergeQueueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'ASSIGN/MERGE',
    summary: 'Moves the jobs of a queue into another one.',
    source: 'DCL Dictionary, ASSIGN/MERGE',
    privilege: 'OPER',
    parameters: [queue('TARGET_QUEUE', 'Target queue'), queue('SOURCE_QUEUE', 'Source queue')],
    async routine(command, context) {
      const manager = await queueManager();
      const target = queueName(command.value('TARGET_QUEUE')!, context);
      const source = queueName(command.value('SOURCE_QUEUE')!, context);
      await manager.mergeQueue(source, target, callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });
