/** INITIALIZE/QUEUE and DELETE/QUEUE. They print nothing on success. Source: queues.md §4.1. */

import type { ParsedCommand } from '../command-definition/index.ts';
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import type { QueueKind } from '../ports/queue-manager.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';
import { definitionDisallow, definitionQualifiers, queueSettings } from './queue-settings.ts';
import { queueName } from './show-queue.ts';

const queueParameter = [
  { label: 'QUEUE_NAME', prompt: 'Queue', required: true, value: { type: '$QUEUE' } },
] as const;

export const initializeQueueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'INITIALIZE/QUEUE',
    summary: 'Creates a queue of batch or print jobs.',
    source: 'DCL Dictionary, INITIALIZE/QUEUE',
    privilege: 'OPER',
    parameters: queueParameter,
    qualifiers: {
      ...definitionQualifiers,
      BATCH: { negatable: false, summary: 'its jobs are command procedures' },
      DEVICE: {
        negatable: false,
        value: { keywords: { PRINTER: {}, SERVER: {}, TERMINAL: {} } },
        summary: 'its jobs are printed; the default, on a PRINTER',
      },
      START: { negatable: false, summary: 'and start it' },
    },
    disallow: ['BATCH AND DEVICE', ...definitionDisallow],
    async routine(command, context) {
      const manager = await queueManager();
      const caller = callerOf(context);
      const name = queueName(command.value('QUEUE_NAME')!, context);
      const { characteristics } = await manager.definitions();
      const settings = await queueSettings(command, context, characteristics);
      await manager.initializeQueue(name, { ...settings, kind: kindOf(command) }, caller);
      if (command.present('START')) await manager.startQueue(name, caller);
      return SYSTEM.NORMAL.value;
    },
  });

function kindOf(command: ParsedCommand): QueueKind {
  const isGeneric = command.present('GENERIC');
  if (command.present('BATCH')) return isGeneric ? 'genericBatch' : 'batch';
  if (command.present('DEVICE.SERVER')) return isGeneric ? 'genericServer' : 'server';
  if (command.present('DEVICE.TERMINAL')) return isGeneric ? 'genericTerminal' : 'terminal';
  return isGeneric ? 'genericPrinter' : 'printer';
}

export const deleteQueueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'DELETE/QUEUE',
    summary: 'Removes a stopped queue and the jobs in it.',
    source: 'DCL Dictionary, DELETE/QUEUE',
    privilege: 'OPER',
    parameters: queueParameter,
    async routine(command, context) {
      const manager = await queueManager();
      await manager.deleteQueue(queueName(command.value('QUEUE_NAME')!, context), callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });
