/** SYNCHRONIZE: waits for the end of a batch job, whose status becomes $STATUS. Source: queues.md §9. */
import { defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { SYSTEM, signal } from '../condition/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Caller, QueueManager } from '../ports/queue-manager.ts';
import { JBC } from '../queue-manager/messages.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf, entriesOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';
import { queueName } from './show-queue.ts';

export const synchronizeVerb = ({ queueManager }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'SYNCHRONIZE',
    summary: 'Waits until a batch job has ended.',
    source: 'DCL Dictionary, SYNCHRONIZE',
    parameters: [{ label: 'JOB_NAME', prompt: 'Job' }],
    qualifiers: {
      ENTRY: { negatable: false, value: { type: '$NUMBER', required: true } },
      QUEUE: { negatable: false, value: { type: '$QUEUE', required: true }, summary: 'default SYS$BATCH' },
      TIME_OUT: { negatable: false, value: { type: '$NUMBER', required: true }, summary: 'seconds to wait' },
    },
    disallow: ['NOT ENTRY AND NOT JOB_NAME'],
    async routine(command, context) {
      const caller = callerOf(context);
      const manager = await queueManager();
      const entry = await entryOf(command, context, manager, caller);
      const seconds = command.value('TIME_OUT');
      return endOf(manager.awaitJob(entry, caller), context, seconds);
    },
  });

async function entryOf(
  command: ParsedCommand,
  context: VerbContext,
  manager: QueueManager,
  caller: Caller,
): Promise<number> {
  if (command.present('ENTRY')) return Number(command.value('ENTRY'));
  const queue = queueName(command.value('QUEUE') ?? 'SYS$BATCH', context);
  if ((await manager.queues(queue)).length === 0) signal(JBC.NOSUCHQUE);
  const filter = {
    queue,
    jobName: command.value('JOB_NAME')!,
    userName: caller.userName,
    kind: 'batch',
  } as const;
  for await (const { entry } of entriesOf(manager, filter, caller)) return entry;
  return signal(JBC.NOSUCHJOB);
}

/** Ctrl/Y ends the waiting, not the job. */
async function endOf(
  ended: Promise<number>,
  { process, signal: aborted }: VerbContext,
  seconds: string | undefined,
): Promise<number> {
  const waiting = new AbortController();
  const over = AbortSignal.any([waiting.signal, aborted]);
  try {
    return await Promise.race([
      ended,
      aborting(aborted),
      ...(seconds === undefined ? [] : [timeOut(process.clock, Number(seconds) * 1000, over)]),
    ]);
  } finally {
    ended.catch(() => {});
    waiting.abort();
  }
}

const aborting = (signalled: AbortSignal): Promise<number> =>
  new Promise((resolve) => {
    const abort = (): void => resolve(SYSTEM.ABORT.value);
    if (signalled.aborted) abort();
    else signalled.addEventListener('abort', abort, { once: true });
  });

const timeOut = (clock: Clock, ms: number, over: AbortSignal): Promise<number> =>
  new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(SYSTEM.TIMEOUT.value));
    over.addEventListener('abort', cancel, { once: true });
  });
