/**
 * The SMTP receiver: one call serves one connection. The loop reads, finds the verb, and alone writes replies, counts
 * errors, logs and closes; verbs and the mail data have files of their own. Source: RFC 5321; tcpip-smtp.md §6.
 */
import type { Duplex } from 'node:stream';
import { isCondition, JBC } from '../condition/index.ts';
import { LineReader } from '../smtp/line-reader.ts';
import { formatReply, type Reply, reply } from '../smtp/reply.ts';
import { formatInternetDate } from '../vms-time/index.ts';
import { ChunkSource } from './chunk-source.ts';
import { failureReply, IncomingMessage } from './incoming-message.ts';
import { receivedField } from './received-field.ts';
import { isBadClient } from './relay-rules.ts';
import type { Peer, ReceiverDependencies, Session } from './session.ts';
import { verbs } from './verbs/index.ts';
import type { Answer, SmtpVerb } from './verbs/verb.ts';
import { Watchdog } from './watchdog.ts';

/** RFC 5321 §4.5.3.1.4 says 512; extensions and long paths of real clients need more. */
const COMMAND_LINE_LIMIT = 2_048;

/** How long a closing connection may take to carry its last reply. */
const LAST_REPLY_MS = 5_000;

/** Whether the queue manager has the message is not known. ports/queue-manager.ts */
const isUncertain = (error: unknown): boolean => isCondition(error) && error.value === JBC.JOBQUEDIS.value;

const unrecognized = reply(500, 'Syntax error, command unrecognized', '5.5.2');

/**
 * Serves one connection to its end. Resolves when it is closed; rejects for nothing a client does.
 */
export async function serveConnection(
  connection: Duplex,
  peer: Peer,
  dependencies: ReceiverDependencies,
): Promise<void> {
  const receiver = new Receiver(connection, {
    dependencies,
    settings: await dependencies.settings(),
    peer,
    greetedAs: undefined,
    isExtended: false,
    transaction: undefined,
    relayAttempts: 0,
  });
  await receiver.run();
}

class Receiver {
  readonly #connection: Duplex;
  readonly #session: Session;
  readonly #lines = new LineReader(COMMAND_LINE_LIMIT);
  readonly #watchdog: Watchdog;
  #incoming: IncomingMessage | undefined;
  /** Replies not written yet: one write for all that a burst of commands gets. */
  #pending = '';
  #errors = 0;
  #isClosing = false;
  /** Something the client sent is being worked on. */
  #isBusy = false;

  constructor(connection: Duplex, session: Session) {
    this.#connection = connection;
    this.#session = session;
    this.#watchdog = new Watchdog(session.dependencies.clock, session.settings.receiveTimeoutMs, () => {
      this.#say(
        reply(
          421,
          `${session.dependencies.hostName} Closing transmission channel, you are too slow`,
          '4.4.2',
        ),
      );
      this.#isClosing = true;
      this.#endNow();
    });
  }

  async run(): Promise<void> {
    const { stopping } = this.#session.dependencies;
    const stop = (): void => this.#stopWhenQuiet();
    stopping?.addEventListener('abort', stop);
    const chunks = new ChunkSource(this.#connection);
    try {
      this.#greet();
      this.#stopIfAsked();
      this.#flush();
      while (!this.#isClosing) {
        const chunk = await chunks.next();
        if (chunk === undefined) break;
        this.#isBusy = true;
        await this.#takeChunk(chunk);
        this.#stopIfAsked();
        await this.#flush();
        this.#isBusy = false;
      }
    } finally {
      chunks.close();
      stopping?.removeEventListener('abort', stop);
      this.#watchdog.close();
      await this.#incoming?.abandon();
      await this.#close();
    }
  }

  /** Between two transactions nothing is lost by closing. tcpip-smtp.md §6.2: "server stopping". */
  #stopIfAsked(): void {
    const { stopping, hostName } = this.#session.dependencies;
    if (stopping?.aborted !== true || this.#isClosing || this.#incoming !== undefined) return;
    this.#closeWith(reply(421, `${hostName} Service not available`, '4.3.2'));
  }

  #stopWhenQuiet(): void {
    if (this.#isBusy) return;
    this.#stopIfAsked();
    if (this.#isClosing) this.#endNow();
  }

  /** Outside the loop: the loop wakes when the connection is gone. */
  #endNow(): void {
    this.#connection.end(this.#takePending());
    // Time for the reply to go out; a client that does not read it is dropped.
    setTimeout(() => this.#connection.destroy(), LAST_REPLY_MS).unref();
  }

  #greet(): void {
    const { hostName, versionInfo, clock } = this.#session.dependencies;
    if (isBadClient(this.#session.peer.address, this.#session.settings)) {
      this.#session.dependencies.log.warn({ client: this.#session.peer.address }, 'client is in Bad-Clients');
      const text = this.#session.settings.friendly
        ? 'Your IP address or subnet is in my list of bad ones.'
        : 'Closing transmission channel.';
      this.#say(reply(554, text));
      this.#isClosing = true;
      return;
    }
    // The blank before CRLF is the product's. tcpip-smtp.md §6.1
    this.#say(reply(220, `${hostName} ${versionInfo} ready at ${formatInternetDate(clock.now())} `));
  }

  /** All complete commands and mail data of a chunk; an unfinished line stays with the line reader. */
  async #takeChunk(chunk: Uint8Array): Promise<void> {
    let from = 0;
    while (from < chunk.byteLength && !this.#isClosing) {
      if (this.#incoming !== undefined) {
        this.#watchdog.touch();
        const part = await this.#incoming.take(from === 0 ? chunk : chunk.subarray(from));
        from += part.used;
        if (part.ended) await this.#finishMessage();
        else if (this.#incoming.isHopeless)
          this.#closeWith(reply(552, 'Message size exceeds the fixed limit', '5.3.4'));
        continue;
      }
      const line = this.#lines.read(chunk, from);
      if (line.kind === 'incomplete') return;
      from = line.used;
      switch (line.kind) {
        case 'tooLong':
          this.#refuse(reply(500, 'Line too long', '5.5.6'));
          break;
        case 'bareLineEnd':
          this.#refuse(reply(500, 'Syntax error, bare CR or LF in a command', '5.5.2'));
          break;
        case 'line':
          await this.#obey(line.bytes);
          break;
      }
      // Only a whole command is a sign of life: bytes that never make one could hold the connection for ever.
      this.#watchdog.touch();
    }
  }

  async #obey(bytes: Uint8Array): Promise<void> {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    // No command of ours carries eight-bit octets or controls. RFC 5321 §2.4
    if (/[^\x20-\x7e\t]/.test(text)) {
      this.#refuse(unrecognized);
      return;
    }
    const match = /^([A-Za-z]+)(?: (.*))?$/s.exec(text.trimEnd());
    const verb = match === null ? undefined : verbs.get(match[1]!.toUpperCase());
    if (verb === undefined) {
      this.#refuse(unrecognized);
      return;
    }
    const answer = await this.#answer(verb, match?.[2] ?? '');
    if (answer.next === 'receiveData') {
      this.#say(answer.reply);
      this.#incoming = new IncomingMessage(this.#session, receivedField(this.#session));
      this.#watchdog.limit(this.#session.settings.dataTimeoutMs);
      // The client waits for this reply: it cannot be held back for the burst.
      await this.#flush();
    } else if (answer.next === 'close') this.#closeWith(answer.reply);
    else if (answer.reply.code >= 500) this.#refuse(answer.reply);
    else this.#say(answer.reply);
  }

  /** The flags of the verb's table entry first, then its handler. */
  async #answer(verb: SmtpVerb, argument: string): Promise<Answer> {
    if (verb.takesNothing === true && argument !== '') return { reply: unrecognized };
    const isTooEarly =
      (verb.needsGreeting === true && this.#session.greetedAs === undefined) ||
      (verb.needsTransaction === true && this.#session.transaction === undefined);
    if (isTooEarly) return { reply: reply(503, 'Bad command sequence', '5.5.1') };
    try {
      return await verb.handle(this.#session, argument);
    } catch (error) {
      return { reply: failureReply(error, this.#session.dependencies) };
    }
  }

  async #finishMessage(): Promise<void> {
    const incoming = this.#incoming!;
    this.#incoming = undefined;
    this.#watchdog.limit(undefined);
    const result = await incoming.finish();
    const transaction = this.#session.transaction!;
    this.#session.transaction = undefined;
    if ('refusal' in result) {
      // A spool that is full or broken is not the client's error.
      if (result.refusal.code >= 500) this.#refuse(result.refusal);
      else this.#say(result.refusal);
      return;
    }
    try {
      await this.#session.dependencies.queueManager.submit({
        envelope: {
          reversePath: transaction.reversePath,
          forwardPaths: [...transaction.forwardPaths],
          ...(transaction.body === undefined ? {} : { body: transaction.body }),
        },
        text: result.text,
        userName: 'TCPIP$SMTP',
        source: `[${this.#session.peer.address}] ${this.#session.greetedAs ?? ''}`.trimEnd(),
      });
    } catch (error) {
      // Lost on the way to the queue manager, it may have been taken: an entry whose text is gone helps nobody.
      if (result.text.kind === 'file' && !isUncertain(error)) {
        await this.#session.dependencies.spool.remove(result.text.spoolId).catch(() => {});
      }
      this.#say(failureReply(error, this.#session.dependencies));
      return;
    }
    this.#session.dependencies.storage.worked();
    // Only now: message and envelope are on stable storage. RFC 5321 §6.1
    this.#say(reply(250, 'OK', '2.0.0'));
  }

  #refuse(refusal: Reply): void {
    this.#say(refusal);
    this.#errors += 1;
    if (this.#errors > this.#session.settings.errorLimit) {
      this.#closeWith(
        reply(
          421,
          `${this.#session.dependencies.hostName} Too many errors, closing transmission channel`,
          '4.7.0',
        ),
      );
    }
  }

  #closeWith(last: Reply): void {
    this.#say(last);
    this.#isClosing = true;
  }

  #say(each: Reply): void {
    this.#pending += formatReply(each, this.#session.isExtended);
  }

  #takePending(): string {
    const text = this.#pending;
    this.#pending = '';
    return text;
  }

  /** Writes what is pending; waits where the client does not read. */
  #flush(): Promise<void> | undefined {
    const text = this.#takePending();
    if (text === '' || !this.#connection.writable) return undefined;
    if (this.#connection.write(text, 'latin1')) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        this.#connection.off('drain', done);
        this.#connection.off('close', done);
        resolve();
      };
      this.#connection.once('drain', done);
      this.#connection.once('close', done);
    });
  }

  /** Sees the last reply off; the connection itself is closed by who gave it, when the image has ended. */
  async #close(): Promise<void> {
    const connection = this.#connection;
    if (connection.destroyed || connection.writableEnded) return;
    const text = this.#takePending();
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        connection.off('close', done);
        resolve();
      };
      const timer = setTimeout(() => {
        connection.destroy();
        done();
      }, LAST_REPLY_MS);
      connection.once('close', done);
      if (text === '') connection.end(done);
      else connection.end(text, 'latin1', done);
    });
  }
}
