/** START/QUEUE, STOP/QUEUE, SET QUEUE. They print nothing on success. Source: queues.md §4.2. */
import { DCL, defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { Condition, SYSTEM, signal } from '../condition/index.ts';
import type { PrintPosition } from '../ports/batch.ts';
import type { Caller, QueueManager, StopJob } from '../ports/queue-manager.ts';
import { JBC } from '../queue-manager/messages.ts';
import type { VerbContext } from '../system/image.ts';
import { queueKinds } from '../system/queue-kinds.ts';
import { callerOf, entriesOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';
import { priorityOf } from './job-qualifiers.ts';
import {
  changeDisallow,
  changeQualifiers,
  definitionDisallow,
  definitionQualifiers,
  queueSettings,
} from './queue-settings.ts';
import { queueName } from './show-queue.ts';

const queueParameter = [
  { label: 'QUEUE_NAME', prompt: 'Queue', required: true, value: { type: '$QUEUE' } },
] as const;
const pages = { negatable: false, value: { type: '$NUMBER', default: '1' } } as const;

/** GENERIC changes what a queue is; INITIALIZE/QUEUE alone does that. */
const { GENERIC: _, ...startQualifiers } = definitionQualifiers;

export const startQueueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'START/QUEUE',
    summary: 'Starts a stopped queue, resumes a paused one.',
    source: 'DCL Dictionary, START/QUEUE',
    privilege: 'OPER',
    parameters: queueParameter,
    qualifiers: {
      ...startQualifiers,
      ALIGN: {
        negatable: false,
        value: { list: true },
        summary: 'of a suspended job n pages are printed to align the paper; MASK: as X and 9',
      },
      BACKWARD: { ...pages, summary: 'a suspended job goes on so many pages back' },
      FORWARD: { ...pages, summary: 'or so many pages further on' },
      NEXT: { negatable: false, summary: 'the suspended job is aborted, the next one begins' },
      QUEUE: { negatable: false },
      SEARCH: {
        negatable: false,
        value: { required: true, type: '$QUOTED_STRING' },
        summary: 'a suspended job goes on with the page that has this text',
      },
      TOP_OF_FILE: { negatable: false, summary: 'a suspended job begins its file again' },
    },
    disallow: [
      ...definitionDisallow.filter((each) => !each.includes('GENERIC')),
      'ANY2(ALIGN,BACKWARD,FORWARD,NEXT,SEARCH,TOP_OF_FILE)',
    ],
    async routine(command, context) {
      const manager = await queueManager();
      const caller = callerOf(context);
      const name = queueName(command.value('QUEUE_NAME')!, context);
      const { characteristics } = await manager.definitions();
      const settings = await queueSettings(command, context, characteristics);
      if (Object.keys(settings).length > 0) await manager.setQueue(name, settings, caller);
      if (command.present('NEXT')) {
        for (const entry of await runningIn(manager, name, caller)) await manager.stopJob(entry, {}, caller);
      }
      await manager.startQueue(name, caller, positionOf(command));
      return SYSTEM.NORMAL.value;
    },
  });

function positionOf(command: ParsedCommand): PrintPosition | undefined {
  if (command.present('ALIGN')) return { kind: 'align', ...alignmentOf(command.values('ALIGN')) };
  if (command.present('TOP_OF_FILE')) return { kind: 'top' };
  if (command.present('SEARCH')) return { kind: 'search', text: command.value('SEARCH')! };
  if (command.present('FORWARD')) return { kind: 'pages', count: Number(command.value('FORWARD')) };
  if (command.present('BACKWARD')) return { kind: 'pages', count: -Number(command.value('BACKWARD')) };
  return undefined;
}

const ALIGNMENT_PAGES_AT_MOST = 20;

/** `/ALIGN=(MASK,n)`. Throws IVVALU. */
function alignmentOf(given: readonly string[]): { pages: number; isMasked: boolean } {
  let pages = 1;
  let isMasked = false;
  for (const text of given) {
    if (text !== '' && 'MASK'.startsWith(text.toUpperCase())) isMasked = true;
    else if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= ALIGNMENT_PAGES_AT_MOST)
      pages = Number(text);
    else throw new Condition(DCL.IVVALU, [], { token: text });
  }
  return { pages, isMasked };
}

/** Jobs that run in a queue: those a command means that names the queue alone. */
async function runningIn(manager: QueueManager, queue: string, caller: Caller): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const { entry } of entriesOf(manager, { queue, states: ['executing'] }, caller))
    found.push(entry);
  return found;
}

export const stopQueueVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'STOP/QUEUE',
    summary:
      'Pauses a queue; /NEXT stops it after the current jobs, /RESET at once; /ABORT, /ENTRY and /REQUEUE stop jobs.',
    source: 'DCL Dictionary, STOP/QUEUE, STOP/QUEUE/NEXT, /RESET, /ENTRY, /REQUEUE, /ABORT',
    parameters: queueParameter,
    qualifiers: {
      ABORT: { negatable: false, summary: 'the job that is printed is over; or, with /ENTRY, this job' },
      ENTRY: { negatable: false, value: { type: '$NUMBER', required: true }, summary: 'this executing job' },
      HOLD: { negatable: false, summary: 'with /REQUEUE: until it is released' },
      PRIORITY: { negatable: false, value: { type: '$NUMBER', required: true } },
      QUEUE: { negatable: false },
      NEXT: { negatable: false, summary: 'finish the jobs in hand first' },
      REQUEUE: {
        negatable: false,
        value: { type: '$QUEUE' },
        summary: 'the job goes back to its queue, or into this one; of a batch queue with /ENTRY',
      },
      RESET: { negatable: false, summary: 'the jobs in hand go back to the queue' },
    },
    disallow: [
      'ANY2(NEXT,RESET,ENTRY)',
      'ANY2(ABORT,REQUEUE)',
      '(ABORT OR REQUEUE) AND (NEXT OR RESET)',
      '(HOLD OR PRIORITY) AND NOT REQUEUE',
    ],
    async routine(command, context) {
      const manager = await queueManager();
      const caller = callerOf(context);
      const name = queueName(command.value('QUEUE_NAME')!, context);
      if (['ENTRY', 'ABORT', 'REQUEUE'].some((label) => command.present(label))) {
        const stop = stopOf(command, context);
        for (const entry of await meantJobs(command, manager, name, caller))
          await manager.stopJob(entry, stop, caller);
        return SYSTEM.NORMAL.value;
      }
      const how = command.present('NEXT') ? 'next' : command.present('RESET') ? 'reset' : 'pause';
      await manager.stopQueue(name, how, caller);
      return SYSTEM.NORMAL.value;
    },
  });

/** The one that is named; of an output queue the one that is printed. Throws JBC NOSUCHQUE, NOSUCHENT, INCQUETYP. */
async function meantJobs(
  command: ParsedCommand,
  manager: QueueManager,
  name: string,
  caller: Caller,
): Promise<readonly number[]> {
  const [queue] = await manager.queues(name);
  if (queue === undefined) signal(JBC.NOSUCHQUE);
  if (command.present('ENTRY')) {
    const entry = Number(command.value('ENTRY'));
    const [found] = await manager.entries({ entries: [entry], queue: name }, caller);
    if (found === undefined) signal(JBC.NOSUCHENT);
    return [entry];
  }
  // A batch queue may run many: which one has to be said.
  if (queueKinds[queue.kind].isBatch) throw new Condition(DCL.CONFLICT);
  const running = await runningIn(manager, queue.name, caller);
  if (running.length === 0) signal(JBC.JOBNOTEXEC);
  return running;
}

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
    summary: 'Closes a queue to new jobs or opens it again; changes what it is.',
    source: 'DCL Dictionary, SET QUEUE',
    privilege: 'OPER',
    parameters: queueParameter,
    qualifiers: changeQualifiers,
    disallow: changeDisallow,
    async routine(command, context) {
      const manager = await queueManager();
      const name = queueName(command.value('QUEUE_NAME')!, context);
      const { characteristics } = await manager.definitions();
      const settings = await queueSettings(command, context, characteristics);
      if (Object.keys(settings).length === 0) throw new Condition(DCL.CONFLICT);
      await manager.setQueue(name, settings, callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });
