/** The text of a message on its way to a peer that may be slow. Source: RFC 5321 §4.1.1.4, §4.5.3.2.5. */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../ports/clock.ts';
import { createMailDataEncoder } from '../../smtp/mail-data-encoder.ts';
import { SessionLost } from './reply-reader.ts';

export interface TextWriting {
  readonly stream: Duplex;
  readonly clock: Clock;
  /** For the peer to take what was written. */
  readonly timeoutMs: number;
  /** Why the session is over; undefined while it lives. */
  readonly lost: () => string | undefined;
}

/** The text with its final dot. Throws SessionLost. */
export async function writeText(
  text: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  writing: TextWriting,
): Promise<void> {
  const encoder = createMailDataEncoder();
  for await (const chunk of text) await writeParts(encoder.encode(chunk), writing);
  writing.stream.write(encoder.finish());
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
  const cancel = clock.at(clock.now() + timeoutMs, () => late.abort());
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
