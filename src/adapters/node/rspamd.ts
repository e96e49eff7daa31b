/**
 * rspamd as a filter of messages, over its HTTP protocol. The text is streamed; memory does not grow with it.
 * Source: https://docs.rspamd.com/developers/protocol (POST /checkv2).
 */
import type { IncomingMessage, RequestOptions } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OwnBytes } from '../../mime/own-bytes.ts';
import type { Log } from '../../ports/log.ts';
import type { FilteredMessage, FilterVerdict, MessageFilter } from '../../ports/message-filter.ts';

const LONGEST_ANSWER = 1_048_576;

export function createRspamd(deps: { readonly log: Log; readonly hostName: string }): MessageFilter {
  return {
    async judge(url, message, timeoutMs) {
      const own = new OwnBytes();
      const text = async function* (): AsyncIterable<Uint8Array> {
        yield message.header;
        yield* own.watched(message.body());
      };
      try {
        return verdictOf(await ask(url, message, text(), timeoutMs, deps.hostName));
      } catch (error) {
        // What cannot be read of our own is our failure, not the filter's.
        own.rethrow();
        deps.log.warn({ err: error, url }, 'the filter did not answer, mail is taken without it');
        return undefined;
      }
    },
  };
}

async function ask(
  url: string,
  message: FilteredMessage,
  text: AsyncIterable<Uint8Array>,
  timeoutMs: number,
  hostName: string,
): Promise<unknown> {
  const target = new URL('/checkv2', url);
  const signal = AbortSignal.timeout(timeoutMs);
  const options: RequestOptions = {
    method: 'POST',
    signal,
    headers: {
      'Content-Length': message.sizeBytes,
      IP: message.address,
      From: headerValue(message.reversePath),
      Rcpt: message.forwardPaths.slice(0, 100).map(headerValue),
      'MTA-Name': hostName,
      ...(message.greetedAs === undefined ? {} : { Helo: headerValue(message.greetedAs) }),
    },
  };
  // Few nodes have a filter: the others start without the module.
  const { request } = process.getBuiltinModule(target.protocol === 'https:' ? 'node:https' : 'node:http');
  const sent = request(target, options);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
  });
  // It may answer before it has heard all: the answer counts.
  const writing = pipeline(Readable.from(text, { objectMode: false }), sent);
  writing.catch(() => {});
  const answer = await Promise.race([answered, writing.then(() => answered)]);
  try {
    if (answer.statusCode !== 200) throw new Error(`HTTP status ${answer.statusCode}`);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > LONGEST_ANSWER) throw new Error('the answer is too long');
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString());
  } finally {
    sent.destroy();
  }
}

/** Addresses may hold what a header of HTTP may not. */
const headerValue = (text: string): string =>
  Buffer.from(text)
    .toString('latin1')
    .replace(/[\x00-\x1f\x7f]/g, '?');

const ACTIONS: Readonly<Record<string, FilterVerdict['action']>> = {
  'no action': 'accept',
  'add header': 'mark',
  // The subject is its author's: a field of our own says the same.
  'rewrite subject': 'mark',
  greylist: 'greylist',
  'soft reject': 'tryLater',
  reject: 'reject',
};

function verdictOf(answer: unknown): FilterVerdict {
  const { action, score, messages } = (answer ?? {}) as {
    action?: unknown;
    score?: unknown;
    messages?: { smtp_message?: unknown };
  };
  const known = typeof action === 'string' ? ACTIONS[action] : undefined;
  if (known === undefined) throw new Error(`no action in the answer: ${JSON.stringify(action)}`);
  const text = messages?.smtp_message;
  return {
    action: known,
    ...(typeof score === 'number' && Number.isFinite(score) ? { score } : {}),
    ...(typeof text === 'string' && /^[\x20-\x7e]{1,400}$/.test(text) ? { text } : {}),
  };
}
