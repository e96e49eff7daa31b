/**
 * The SMTP receiver: one call serves one connection. The loop reads, finds the verb, and alone writes replies, counts
 * errors, logs and closes; verbs and the mail data have files of their own. Source: RFC 5321; tcpip-smtp.md §6.
 */
import type { Duplex } from 'node:stream';
import { type Line, LineReader } from '../smtp/line-reader.ts';
import { type Reply, reply } from '../smtp/reply.ts';
import { Attention } from './attention.ts';
import { ChunkSource } from './chunk-source.ts';
import { nodeStops, tooManyConnections, tooManyErrors, tooSlow } from './closing-replies.ts';
import { answerTo } from './command.ts';
import { Dialogue } from './dialogue.ts';
import { greeting } from './greeting.ts';
import { forgetPlainSession, handshake } from './handshake.ts';
import type { Finished, IncomingMessage } from './incoming-message.ts';
import { type InputEnd, MailInput } from './mail-input.ts';
import { errorDelayMs } from './rate-limits.ts';
import { ReplyWriter } from './reply-writer.ts';
import {
  isStranger,
  newSession,
  type Peer,
  plainService,
  type ReceiverDependencies,
  type ReceiverService,
  type Session,
} from './session.ts';
import { submitMessage } from './submit-message.ts';
import { authResponse, LONGEST_AUTH_LINE } from './verbs/auth.ts';
import type { Answer } from './verbs/verb.ts';
import { Watchdog } from './watchdog.ts';
import { whenStopping } from './when-stopping.ts';

/** RFC 5321 §4.5.3.1.4 says 512; extensions and long paths of real clients need more. */
const COMMAND_LINE_LIMIT = 2_048;

/**
 * Serves one connection to its end. Resolves when it is closed; rejects for nothing a client does.
 */
export async function serveConnection(
  connection: Duplex,
  peer: Peer,
  dependencies: ReceiverDependencies,
  service: ReceiverService = plainService,
): Promise<void> {
  const settings = dependencies.settings();
  const known = settings instanceof Promise ? await settings : settings;
  await new Receiver(connection, newSession(dependencies, known, service, peer)).run();
}

class Receiver {
  #connection: Duplex;
  readonly #replies: ReplyWriter;
  readonly #dialogue: Dialogue;
  readonly #session: Session;
  readonly #lines = new LineReader(COMMAND_LINE_LIMIT);
  readonly #watchdog: Watchdog;
  #chunks: ChunkSource | undefined;
  readonly #input: MailInput;
  #errors = 0;
  /** Nothing more is taken from the connection as it is now. */
  #isClosing = false;
  /** It closes because the client said QUIT. */
  #isGoodbye = false;
  /** It closes to go on under TLS. */
  #isStartingTls = false;
  readonly #attention: Attention;

  constructor(connection: Duplex, session: Session) {
    this.#connection = connection;
    this.#replies = new ReplyWriter(connection);
    this.#session = session;
    this.#dialogue = new Dialogue(session, this.#replies);
    this.#input = new MailInput(session);
    this.#attention = new Attention(session, this);
    this.#watchdog = new Watchdog(session.dependencies.clock, session.settings.receiveTimeoutMs, () => {
      this.#hangUp(tooSlow(session));
    });
  }

  /** Called by the crowd, when others want to come in. */
  dismiss(): boolean {
    if (this.#attention.isGiven || this.#isClosing || !isStranger(this.#session)) return false;
    this.#hangUp(tooManyConnections(this.#session));
    return true;
  }

  async run(): Promise<void> {
    const { stopping, crowd } = this.#session.dependencies;
    const forget = whenStopping(stopping, () => this.#stopWhenQuiet());
    try {
      if (this.#session.service.isSecure && !(await this.#secure())) return;
      const welcomed = this.#welcome();
      if (welcomed !== undefined) await welcomed;
      this.#stopIfAsked();
      void this.#replies.flush();
      if (this.#isClosing) return;
      if (isStranger(this.#session)) crowd?.enter(this);
      do {
        this.#chunks = new ChunkSource(this.#connection, this.#take);
        await this.#chunks.ended;
      } while (this.#isStartingTls && (await this.#startTls()));
    } finally {
      this.#chunks?.close();
      crowd?.leave(this);
      forget();
      this.#watchdog.close();
      await this.#input.abandon();
      await this.#replies.close(this.#isGoodbye && this.#session.tls === undefined);
    }
  }

  #welcome(): void | Promise<void> {
    const first = greeting(this.#session);
    return first instanceof Promise ? first.then((known) => this.#greet(known)) : this.#greet(first);
  }

  #greet(first: Reply): void {
    if (first.code === 220) this.#dialogue.say(first);
    else this.#closeWith(first);
  }

  /** False when the handshake failed: the connection is gone then. */
  async #secure(): Promise<boolean> {
    this.#attention.isBusy = true;
    const secured = await handshake(this.#session, this.#connection);
    this.#attention.isBusy = false;
    this.#watchdog.touch();
    if (secured === undefined) return false;
    this.#connection = secured.stream;
    this.#replies.moveTo(secured.stream);
    return true;
  }

  /**
   * RFC 3207 §4.2: what was known from the client is forgotten, and §6: what it sent before the handshake is discarded, be it
   * behind STARTTLS in the same packet or later.
   */
  async #startTls(): Promise<boolean> {
    this.#isStartingTls = false;
    this.#connection.pause();
    this.#connection.read();
    if (this.#connection.destroyed || !(await this.#secure())) return false;
    forgetPlainSession(this.#session);
    this.#isClosing = false;
    this.#stopIfAsked();
    return !this.#isClosing;
  }

  // What follows answers at once where nothing has to be waited for, and returns a promise where something has:
  // eight promises a command cost as much as everything else the receiver does for it.

  readonly #take = (chunk: Uint8Array): void | Promise<void> => {
    const cost = this.#attention.begin();
    const work = this.#takeFrom(chunk, 0);
    if (cost !== undefined) this.#attention.spent(cost());
    return work === undefined ? this.#taken() : work.then(this.#taken);
  };

  readonly #taken = (): void | Promise<void> => {
    this.#stopIfAsked();
    const written = this.#replies.flush();
    return written === undefined ? this.#giveWay() : written.then(this.#giveWay);
  };

  readonly #giveWay = (): void | Promise<void> => {
    const ms = this.#attention.dueMs();
    if (ms === 0) return this.#rest();
    // What drips in meanwhile is read at once, later.
    this.#connection.pause();
    return this.#attention.pause(ms, this.#connection).then(this.#rest);
  };

  readonly #rest = (): void => {
    this.#attention.isBusy = false;
    if (this.#isClosing) this.#chunks?.close();
  };

  /** Between two transactions nothing is lost by closing. */
  #stopIfAsked(): void {
    const { stopping } = this.#session.dependencies;
    if (stopping?.aborted !== true || this.#isClosing || this.#input.isOpen) return;
    this.#closeWith(nodeStops(this.#session));
  }

  #stopWhenQuiet(): void {
    if (this.#attention.isBusy) return;
    this.#stopIfAsked();
    if (this.#isClosing) this.#replies.end();
  }

  /** All complete commands and mail data of a chunk; an unfinished line stays with the line reader. */
  #takeFrom(chunk: Uint8Array, start: number): void | Promise<void> {
    let from = start;
    while (from < chunk.byteLength && !this.#isClosing) {
      let work: void | Promise<void>;
      if (this.#input.isOpen) {
        this.#watchdog.touch();
        const { used, ended, kept } = this.#input.take(from === 0 ? chunk : chunk.subarray(from));
        from += used;
        this.#attention.received(used);
        work = kept === undefined ? this.#tookData(ended) : kept.then(() => this.#tookData(ended));
      } else {
        const line = this.#lines.read(chunk, from);
        if (line.kind === 'incomplete') return undefined;
        from = line.used;
        work = this.#takeLine(line);
        // Only a whole command is a sign of life: bytes that never make one could hold the connection for ever.
        this.#watchdog.touch();
      }
      if (work !== undefined) return this.#takeRest(work, chunk, from);
    }
    return undefined;
  }

  async #takeRest(work: Promise<void>, chunk: Uint8Array, from: number): Promise<void> {
    await work;
    this.#watchdog.touch();
    await this.#takeFrom(chunk, from);
  }

  #tookData(hasEnded: boolean): void | Promise<void> {
    if (hasEnded) return this.#endInput(this.#input.end());
    if (this.#input.isHopeless) this.#closeWith(reply(552, 'Message size exceeds the fixed limit', '5.3.4'));
    return undefined;
  }

  #takeLine(line: Exclude<Line, { kind: 'incomplete' }>): void | Promise<void> {
    switch (line.kind) {
      case 'tooLong':
        this.#session.exchange = undefined;
        this.#lines.limit = COMMAND_LINE_LIMIT;
        return this.#refuse(reply(500, 'Line too long', '5.5.6'));
      case 'bareLineEnd':
        return this.#refuse(reply(500, 'Syntax error, bare CR or LF in a command', '5.5.2'));
      case 'line':
        return this.#session.exchange === undefined ? this.#obey(line.text) : this.#authenticate(line.text);
    }
  }

  #obey(text: string): void | Promise<void> {
    this.#dialogue.heard(text);
    const answer = answerTo(this.#session, text);
    return answer instanceof Promise ? answer.then(this.#do) : this.#do(answer);
  }

  /** A line within AUTH. */
  #authenticate(text: string): void | Promise<void> {
    this.#dialogue.heardSecret();
    this.#lines.limit = COMMAND_LINE_LIMIT;
    const answer = authResponse(this.#session, text);
    return answer instanceof Promise ? answer.then(this.#do) : this.#do(answer);
  }

  readonly #do = (answer: Answer): void | Promise<void> => {
    if (answer.next === 'receiveData') {
      this.#dialogue.say(answer.reply);
      this.#input.beginData();
      this.#watchdog.limit(this.#session.settings.dataTimeoutMs);
      // The client waits for this reply: it cannot be held back for the burst.
      return this.#replies.flush();
    }
    if (answer.next === 'receiveChunk') return this.#beginChunk(answer);
    if (this.#input.isBetweenChunks && this.#input.forgetStale()) this.#watchdog.limit(undefined);
    if (answer.reply.code === 334) this.#lines.limit = LONGEST_AUTH_LINE;
    if (answer.next === 'close') return this.#closeWith(answer.reply);
    if (answer.next === 'partWithClient') {
      this.#isGoodbye = true;
      return this.#closeWith(answer.reply);
    }
    if (answer.next === 'greetAgain') return this.#welcome();
    if (answer.next === 'startTls') {
      this.#isStartingTls = true;
      return this.#closeWith(answer.reply);
    }
    if (answer.reply.code >= 500) return this.#refuse(answer.reply);
    return this.#dialogue.say(answer.reply);
  };

  #beginChunk(answer: Answer): void | Promise<void> {
    if (!this.#input.isBetweenChunks) this.#watchdog.limit(this.#session.settings.dataTimeoutMs);
    const end = this.#input.beginChunk(answer);
    return end === undefined ? undefined : this.#endInput(end);
  }

  #endInput(end: InputEnd): void | Promise<void> {
    if (!this.#input.isBetweenChunks) this.#watchdog.limit(undefined);
    if (end.kind === 'message') {
      const { message, kept } = end;
      return kept === undefined
        ? this.#finishMessage(message)
        : kept.then(() => this.#finishMessage(message));
    }
    if (end.isOver) this.#session.transaction = undefined;
    return end.reply.code >= 500 ? this.#refuse(end.reply) : this.#dialogue.say(end.reply);
  }

  async #finishMessage(incoming: IncomingMessage): Promise<void> {
    const finished = incoming.finish();
    const result = finished instanceof Promise ? await this.#waitFor(finished) : finished;
    if (result === undefined) return;
    const transaction = this.#session.transaction!;
    this.#session.transaction = undefined;
    const last =
      'refusal' in result ? result.refusal : await submitMessage(this.#session, transaction, result.text);
    // RFC 2033 §4.2: LMTP has it once for each recipient that was accepted.
    const times = this.#session.service.isLmtp ? transaction.acceptances : 1;
    for (let more = times - 1; more > 0; more -= 1) this.#dialogue.say(last);
    // A spool that is full or broken is not the client's error.
    if (last.code >= 500) await this.#refuse(last);
    else this.#dialogue.say(last);
    this.#attention.progressed();
  }

  /** Name servers and filters may be slow. Undefined: the client has gone meanwhile, and will send it again. */
  async #waitFor(finished: Promise<Finished>): Promise<Finished | undefined> {
    this.#watchdog.hold(true);
    const result = await finished.finally(() => this.#watchdog.hold(false));
    if (!this.#connection.destroyed) return result;
    const { dependencies, peer } = this.#session;
    dependencies.log.info({ client: peer.address }, 'the client left while its message was checked');
    if ('text' in result && result.text.kind === 'file')
      await dependencies.spool.remove(result.text.spoolId).catch(() => {});
    return undefined;
  }

  /** A client that makes errors waits for its replies, longer each time. */
  #refuse(refusal: Reply): void | Promise<void> {
    this.#errors += 1;
    const delayMs = errorDelayMs(this.#session, this.#errors);
    return delayMs === 0 ? this.#sayRefusal(refusal) : this.#sayLater(refusal, delayMs);
  }

  async #sayLater(refusal: Reply, delayMs: number): Promise<void> {
    // What was answered before goes out.
    await this.#replies.flush();
    await this.#attention.pause(delayMs, this.#connection);
    if (!this.#isClosing) this.#sayRefusal(refusal);
  }

  #sayRefusal(refusal: Reply): void {
    this.#dialogue.say(refusal);
    if (this.#errors > this.#session.settings.errorLimit) this.#closeWith(tooManyErrors(this.#session));
  }

  /** At any moment, whatever the client is saying. */
  #hangUp(last: Reply): void {
    this.#dialogue.say(last);
    this.#isClosing = true;
    this.#replies.end();
  }

  #closeWith(last: Reply): void {
    this.#dialogue.say(last);
    this.#isClosing = true;
  }
}
