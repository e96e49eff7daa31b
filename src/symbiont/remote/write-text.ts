/**
 * The text of a message on its way to a peer that may be slow: with a final dot, or in chunks of known size.
 * Source: RFC 5321 §4.1.1.4, §4.5.3.2.5; RFC 3030 §2 (BDAT).
 */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../ports/clock.ts';
import { createMailDataEncoder } from '../../smtp/mail-data-encoder.ts';
import type { Reply } from '../../smtp/reply.ts';
import { SessionLost } from './reply-reader.ts';

type Text = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export interface TextWriting {
  readonly stream: Duplex;
  readonly clock: Clock;
  /** For the peer to take what was written. */
  readonly timeoutMs: number;
  /** Why the session is over; undefined while it lives. */
  readonly lost: () => string | undefined;
}

/** The text with its final dot. Throws SessionLost. */
export async function writeText(text: Text, writing: TextWriting): Promise<void> {
  const encoder = createMailDataEncoder();
  for await (const chunk of text) await writeParts(encoder.encode(chunk), writing);
  writing.stream.write(encoder.finish());
}

/** A chunk is at least that large, unless it is the last one. */
const CHUNK_BYTES = 262_144;

/**
 * The text in chunks, each answered before the one behind the next goes out. Throws SessionLost.
 * @param onLast  called with the last chunk: from then on the peer may have the message
 * @returns what the peer says to the last chunk, or to the first it refuses; nothing is sent behind that one
 */
export async function writeChunks(
  text: Text,
  writing: TextWriting,
  reply: () => Promise<Reply>,
  onLast: () => void,
): Promise<Reply> {
  let waiting = 0;
  const write = async (parts: readonly Uint8Array[], isLast: boolean): Promise<Reply | undefined> => {
    const sizeBytes = parts.reduce((sum, each) => sum + each.byteLength, 0);
    const command = Buffer.from(`BDAT ${sizeBytes}${isLast ? ' LAST' : ''}\r\n`);
    if (isLast) onLast();
    await writeParts([command, ...parts], writing);
    waiting++;
    while (waiting > (isLast ? 0 : 1)) {
      const answer = await reply();
      waiting--;
      if (answer.code !== 250 || (isLast && waiting === 0)) return answer;
    }
    return undefined;
  };
  const encoder = createMailDataEncoder({ isStuffed: false });
  let parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of text) {
    if (sizeBytes >= CHUNK_BYTES) {
      const refusal = await write(parts, false);
      if (refusal !== undefined) return allAnswered(refusal, waiting, reply);
      parts = [];
      sizeBytes = 0;
    }
    for (const part of encoder.encode(chunk)) {
      parts.push(part);
      sizeBytes += part.byteLength;
    }
  }
  const last = await write([...parts, encoder.finish()], true);
  return allAnswered(last!, waiting, reply);
}

/** What is still to come was caused by chunks behind the refused one. */
async function allAnswered(answer: Reply, waiting: number, reply: () => Promise<Reply>): Promise<Reply> {
  for (let left = waiting; left > 0; left--) await reply();
  return answer;
}

async function writeParts(parts: readonly Uint8Array[], writing: TextWriting): Promise<void> {
  const { stream, lost } = writing;
  stream.cork();
  let isRoom = true;
  for (const part of parts) isRoom = stream.write(part);
  stream.uncork();
  if (!isRoom) await drained(writing);
  const reason = lost();
  if (reason !== undefined) throw new SessionLost(reason);
}

/** Waits until a slow peer has taken what was written. */
async function drained({ stream, clock, timeoutMs }: TextWriting): Promise<void> {
  const late = new AbortController();
  const cancel = clock.after(timeoutMs, () => late.abort());
  const onClose = (): void => late.abort();
  stream.once('close', onClose);
  try {
    if (stream.destroyed) throw new SessionLost('connection lost');
    await once(stream, 'drain', { signal: late.signal });
  } catch (error) {
    throw late.signal.aborted
      ? new SessionLost(stream.destroyed ? 'connection lost' : 'Connection timed out during user operation')
      : error;
  } finally {
    cancel();
    stream.off('close', onClose);
  }
}
