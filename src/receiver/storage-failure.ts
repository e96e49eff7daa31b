/** What a client is told when its mail could not be stored. Source: RFC 5321 §4.2.2, RFC 3463 §3.4. */
import { failureFields, isCondition, RMS } from '../condition/index.ts';
import { type Reply, reply } from '../smtp/reply.ts';
import type { ReceiverDependencies } from './session.ts';

/**
 * A store that is full or broken is never the sender's fault: 4xx, and the cause goes to the log; one that lasts is not
 * logged with every message.
 */
export function failureReply(error: unknown, dependencies: ReceiverDependencies): Reply {
  const isFull =
    (isCondition(error) && error.definition.ident === RMS.FUL.ident && error.definition.facility === 'RMS') ||
    (error as NodeJS.ErrnoException).code === 'ENOSPC';
  if ('err' in failureFields(error)) dependencies.log.error({ err: error }, 'mail could not be stored');
  else dependencies.storage.failed(error);
  return isFull ? storageFull : localError;
}

const localError = reply(451, 'Requested action aborted: local error', '4.3.0');
const storageFull = reply(452, 'Requested action not taken: insufficient system storage', '4.3.1');
