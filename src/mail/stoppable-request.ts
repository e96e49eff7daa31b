/** A message may be given up while what it is made of is read: SENDABORT, and nobody gets it. Source: vms-mail.md §1.5. */
import { condition } from '../condition/index.ts';
import type { SendRequest } from './mail-service.ts';
import { MAIL } from './messages.ts';
import type { OutgoingAttachment } from './multipart-text.ts';

export function stoppable(request: SendRequest, stop: AbortSignal): SendRequest {
  const { text, foreign, attachments } = request;
  return {
    ...request,
    text: until(stop, text),
    foreign: foreign && { ...foreign, bytes: until(stop, foreign.bytes) },
    attachments: attachments && eachUntil(stop, attachments),
  };
}

async function* until<T>(stop: AbortSignal, source: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  for await (const piece of source) {
    if (stop.aborted) throw condition(MAIL.SENDABORT);
    yield piece;
  }
}

async function* eachUntil(
  stop: AbortSignal,
  attachments: AsyncIterable<OutgoingAttachment>,
): AsyncGenerator<OutgoingAttachment> {
  for await (const each of attachments) yield { ...each, bytes: until(stop, each.bytes) };
}
