/**
 * F$GETQUI: queues, jobs and their files, over the queue manager. Whatever the queue manager refuses is `""` without a message;
 * images/ adds it to the functions of a session. Source: dcl.md §18.
 */
import { isCondition } from '../../../condition/index.ts';
import type { QueueManager } from '../../../ports/queue-manager.ts';
import { callerOf } from '../../../system/queue-requests.ts';
import type { DclValue } from '../../value.ts';
import type { LexicalContext, LexicalFunction } from '../lexical-function.ts';
import { QuiContext } from './context.ts';
import { itemOf } from './items.ts';
import { type QuiRequest, quiRequest } from './request.ts';
import { QuiSource } from './source.ts';

export interface QueueLexicalDeps {
  /** Rejects with JBC JOBQUEDIS when no node runs. */
  readonly queueManager: () => Promise<QueueManager>;
}

/** F$GETQUI over this queue manager. */
export const createQueueLexicals = ({ queueManager }: QueueLexicalDeps): readonly LexicalFunction[] => [
  {
    name: 'F$GETQUI',
    minimum: 1,
    maximum: 4,
    asynchronous: true,
    async evaluate(args, context) {
      const request = quiRequest(args);
      try {
        return await answer(request, context, queueManager);
      } catch (error) {
        // dcl.md §18: no such queue, no privilege, no queue manager are all "".
        if (isCondition(error)) return '';
        throw error;
      }
    },
  },
];

async function answer(
  request: QuiRequest,
  context: LexicalContext,
  queueManager: () => Promise<QueueManager>,
): Promise<DclValue> {
  const { process } = context;
  const qui = contextOf(context);
  if (request.function === 'CANCEL_OPERATION') {
    qui.cancel();
    return '';
  }
  const source = new QuiSource(await queueManager(), callerOf(context), process.node);
  if (request.function === 'TRANSLATE_QUEUE') return translated(request, context, source);
  const subject = await qui.subject(translatedRequest(request, context), source, process.entry);
  return subject === undefined ? '' : itemOf(subject, request.item, source, process.nodeName);
}

const KEY = 'F$GETQUI';

function contextOf({ contexts }: LexicalContext): QuiContext {
  const known = contexts.get(KEY) as QuiContext | undefined;
  if (known !== undefined) return known;
  const created = new QuiContext();
  contexts.set(KEY, created);
  return created;
}

async function translated(
  { object = '', item }: QuiRequest,
  context: LexicalContext,
  source: QuiSource,
): Promise<string> {
  const queue = await source.queue(queueName(object, context));
  return queue === undefined || item !== 'QUEUE_NAME' ? '' : queue.name;
}

/** A queue may be named by a logical name, and with a colon. */
const translatedRequest = (request: QuiRequest, context: LexicalContext): QuiRequest =>
  request.function !== 'DISPLAY_QUEUE' || request.object === undefined
    ? request
    : { ...request, object: queueName(request.object, context) };

const queueName = (name: string, { process }: LexicalContext): string =>
  process.logicalNames.translate(name.replace(/:$/, '')).toUpperCase();
