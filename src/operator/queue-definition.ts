/** INITIALIZE/QUEUE and DELETE/QUEUE: batch queues, for now. They print nothing on success. Source: queues.md §4.1. */
import { DCL, defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { Condition, SYSTEM } from '../condition/index.ts';
import type { QueueSettings } from '../ports/queue-manager.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';
import { cpuLimitOf } from './job-qualifiers.ts';
import { queueName } from './show-queue.ts';

const queueParameter = [
  { label: 'QUEUE_NAME', prompt: 'Queue', required: true, value: { type: '$QUEUE' } },
] as const;

/** What INITIALIZE/QUEUE and SET QUEUE can give a batch queue. */
export const definitionQualifiers = {
  BASE_PRIORITY: { negatable: false, value: { type: '$NUMBER', required: true } },
  CLOSE: { negatable: false, summary: 'take no new jobs' },
  CPUDEFAULT: {
    negatable: false,
    value: { required: true },
    summary: 'processor time of jobs that name none',
  },
  CPUMAXIMUM: { negatable: false, value: { required: true }, summary: 'processor time of any job' },
  DESCRIPTION: { value: { type: '$QUOTED_STRING' }, summary: 'what it is for' },
  JOB_LIMIT: { negatable: false, value: { type: '$NUMBER', required: true }, summary: 'jobs at a time' },
  OPEN: { negatable: false, summary: 'take new jobs' },
  RETAIN: { value: { keywords: { ALL: {}, ERROR: {} } }, summary: 'keep jobs that have ended' },
} as const;

const LARGEST_LIMIT = 65_535;
const LARGEST_PRIORITY = 15;

type Settings = { -readonly [Field in keyof QueueSettings]?: QueueSettings[Field] };

export function queueSettings(command: ParsedCommand): QueueSettings {
  const settings: Settings = {};
  if (command.present('JOB_LIMIT')) settings.jobLimit = numberOf(command, 'JOB_LIMIT', 1, LARGEST_LIMIT);
  if (command.present('BASE_PRIORITY'))
    settings.basePriority = numberOf(command, 'BASE_PRIORITY', 0, LARGEST_PRIORITY);
  if (command.present('CPUDEFAULT')) settings.cpuDefaultMs = cpuLimitOf(command.value('CPUDEFAULT')!);
  if (command.present('CPUMAXIMUM')) settings.cpuMaximumMs = cpuLimitOf(command.value('CPUMAXIMUM')!);
  if (command.present('RETAIN')) settings.retain = command.present('RETAIN.ERROR') ? 'error' : 'all';
  if (command.negated('RETAIN')) settings.retain = 'none';
  if (command.present('DESCRIPTION')) settings.description = command.value('DESCRIPTION') ?? '';
  if (command.negated('DESCRIPTION')) settings.description = '';
  if (command.present('CLOSE')) settings.closed = true;
  if (command.present('OPEN')) settings.closed = false;
  return settings;
}

function numberOf(command: ParsedCommand, label: string, least: number, most: number): number {
  const text = command.value(label)!;
  const number = Number(text);
  if (number < least || number > most) throw new Condition(DCL.IVVALU, [], { token: text });
  return number;
}

export const initializeQueueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'INITIALIZE/QUEUE',
    summary: 'Creates a batch queue.',
    source: 'DCL Dictionary, INITIALIZE/QUEUE',
    privilege: 'OPER',
    parameters: queueParameter,
    qualifiers: {
      ...definitionQualifiers,
      BATCH: { negatable: false, summary: 'the only kind there is to be created' },
      ON: { negatable: false, value: { required: true }, summary: 'this node' },
      START: { negatable: false, summary: 'and start it' },
    },
    disallow: ['NOT BATCH', 'CLOSE AND OPEN'],
    async routine(command, context) {
      const manager = await queueManager();
      const caller = callerOf(context);
      const name = queueName(command.value('QUEUE_NAME')!, context);
      await manager.initializeQueue(name, queueSettings(command), caller);
      if (command.present('START')) await manager.startQueue(name, caller);
      return SYSTEM.NORMAL.value;
    },
  });

export const deleteQueueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'DELETE/QUEUE',
    summary: 'Removes a stopped batch queue and the jobs in it.',
    source: 'DCL Dictionary, DELETE/QUEUE',
    privilege: 'OPER',
    parameters: queueParameter,
    async routine(command, context) {
      const manager = await queueManager();
      await manager.deleteQueue(queueName(command.value('QUEUE_NAME')!, context), callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });
