/**
 * The POP server: one call serves one connection. The loop reads, finds the command, and alone writes, logs and closes.
 * Source: RFC 1939; tcpip-smtp.md §7.1.
 */
import type { Duplex } from 'node:stream';
import { ClientConnection } from '../mail-access/client-connection.ts';
import { handshake } from '../mail-access/handshake.ts';
import { Turn } from '../mail-access/turn.ts';
import { createMailDataEncoder } from '../smtp/mail-data-encoder.ts';
import type { PopDependencies, PopPeer, Session } from './session.ts';
import { Trace } from './trace.ts';
import { verbs } from './verbs/index.ts';
import { type Answer, error, type PopVerb } from './verbs/verb.ts';
import { dateTime } from './verbs/xtnd.ts';

/** RFC 2449 §4 says 255; answers of SASL are longer. */
const LINE_OCTETS = 12_288;
/** Commands that were none, before a client is taken for something else. */
const MOST_ERRORS = 20;

/** Serves one connection to its end. Rejects for nothing a client does. @param options.isSecure  TLS comes first */
export async function servePop(
  connection: Duplex,
  peer: PopPeer,
  dependencies: PopDependencies,
  options: { readonly isSecure: boolean },
): Promise<void> {
  const settings = await dependencies.settings();
  const { clock, statistics, pid, hostName } = dependencies;
  const limits = { lineOctets: LINE_OCTETS, idleMs: settings.idleMs };
  const session: Session = {
    dependencies,
    settings,
    peer,
    attempts: dependencies.loginDoor(peer),
    stamp: `<${pid}.${clock.now()}_${statistics.total}@${hostName}>`,
    tls: undefined,
    userName: undefined,
    login: undefined,
    maildrop: undefined,
    failures: 0,
    others: new Turn(),
  };
  statistics.begin();
  let isNormal = false;
  const client = new ClientConnection(connection, clock, limits);
  const server = new PopServer(client, session);
  try {
    if (options.isSecure && !(await server.secure(true))) return;
    isNormal = await server.run();
  } finally {
    const { hasTimedOut, timesBlocked } = client;
    statistics.end({ isNormal, hasTimedOut, timesBlocked });
    await session.maildrop?.abandon();
    if (session.login !== undefined) dependencies.locks.release(session.login.userName);
  }
}

class PopServer {
  readonly #connection: ClientConnection;
  readonly #session: Session;
  readonly #trace: Trace | undefined;
  #errors = 0;

  constructor(connection: ClientConnection, session: Session) {
    this.#connection = connection;
    this.#session = session;
    const { settings, dependencies, peer } = session;
    this.#trace = settings.traces ? new Trace(dependencies.log, peer.address) : undefined;
  }

  /** True when the client said QUIT. */
  async run(): Promise<boolean> {
    const { dependencies } = this.#session;
    this.#greet();
    for (;;) {
      const line = await this.#connection.readLine(dependencies.stopping);
      if (line.kind === 'end') {
        await this.#leave();
        return false;
      }
      const answer =
        line.kind === 'bad' ? this.#wrong('Syntax error in a line.') : await this.#obey(line.text);
      await this.#say(answer);
      await this.#session.others.rest();
      if (answer.next === 'close') {
        await this.#connection.end();
        return answer.isOk;
      }
      if (answer.next === 'startTls') {
        await this.#connection.flush();
        if (!(await this.secure())) return false;
        // RFC 2595 §4: what was said before is forgotten.
        this.#session.userName = undefined;
      }
    }
  }

  /** False when the handshake failed: the connection is gone then. @param isFirst  TLS comes first */
  async secure(isFirst = false): Promise<boolean> {
    const { dependencies, peer } = this.#session;
    const secured = await handshake(this.#connection, dependencies, peer.address, isFirst);
    if (secured !== undefined) this.#session.tls = secured;
    return secured !== undefined;
  }

  #greet(): void {
    const { versionInfo, hostName, statistics } = this.#session.dependencies;
    const since = dateTime(statistics.startedAt);
    const stamp = this.#session.settings.offersApop ? ` ${this.#session.stamp}` : '';
    this.#sayLine(`+OK TCPIP POP server ${versionInfo} at ${hostName}, up since ${since}${stamp}`);
  }

  /** The node stops, or the client is gone. RFC 1939 §3: without QUIT nothing is updated. */
  async #leave(): Promise<void> {
    if (this.#session.dependencies.stopping?.aborted === true) {
      this.#sayLine('-ERR [SYS/TEMP] The server is being stopped.');
      await this.#connection.end();
    }
  }

  async #obey(line: string): Promise<Answer> {
    const text = Buffer.from(line, 'latin1').toString('utf8');
    const [, keyword = '', rest = ''] = /^(\S*) ?(.*)$/s.exec(text) ?? [];
    const verb = verbs.get(keyword.toUpperCase());
    this.#trace?.heard(text, this.#isStranger, verb !== undefined);
    if (verb === undefined) return this.#wrong(`Unknown command: "${visible(keyword)}".`);
    const state = this.#session.login === undefined ? 'authorization' : 'transaction';
    if (!verb.states.includes(state)) return this.#wrong(`"${keyword.toUpperCase()}" is not for this state.`);
    const parameters = parametersOf(verb, rest);
    const [fewest, most] = verb.parameters;
    if (parameters.length < fewest) return this.#wrong(`Too few arguments for the "${keyword}" command.`);
    if (parameters.length > most) return this.#wrong(`Too many arguments for the "${keyword}" command.`);
    try {
      return await verb.obey(this.#session, parameters, { ask: (prompt) => this.#ask(prompt) });
    } catch (failure) {
      this.#session.dependencies.log.error(
        { err: failure, command: keyword.toUpperCase() },
        'a POP command failed',
      );
      return error('The mail file cannot be used now, try again later.', 'SYS/TEMP');
    }
  }

  #wrong(text: string): Answer {
    this.#errors += 1;
    return this.#errors >= MOST_ERRORS ? { ...error('Too many errors.'), next: 'close' } : error(text);
  }

  async #ask(prompt: string): Promise<string | undefined> {
    this.#connection.say(`+ ${prompt}\r\n`);
    const line = await this.#connection.readLine(this.#session.dependencies.stopping);
    this.#trace?.heardAnswer();
    return line.kind === 'line' ? line.text : undefined;
  }

  get #isStranger(): boolean {
    return this.#session.login === undefined;
  }

  #sayLine(line: string): void {
    this.#trace?.said(line);
    this.#connection.say(`${line}\r\n`);
  }

  async #say(answer: Answer): Promise<void> {
    const code = answer.code === undefined ? '' : `[${answer.code}] `;
    const text = `${answer.isOk ? '+OK' : '-ERR'} ${code}${visible(answer.text)}`;
    this.#sayLine(text.trimEnd());
    if (answer.data !== undefined) await this.#sendData(answer.data);
  }

  async #sendData(data: AsyncIterable<Uint8Array>): Promise<void> {
    const encoder = createMailDataEncoder();
    try {
      for await (const chunk of data) {
        for (const part of encoder.encode(chunk)) await this.#connection.send(part);
        if (this.#connection.isGone) return;
        await this.#session.others.rest();
      }
    } catch (failure) {
      // It has begun, and only a broken connection says that it is not whole.
      this.#session.dependencies.log.error({ err: failure }, 'a message cannot be read');
      this.#connection.destroy();
      return;
    }
    await this.#connection.send(encoder.finish());
  }
}

function parametersOf({ parameters: [, most], keepsRest = false }: PopVerb, rest: string): readonly string[] {
  if (!keepsRest) return rest.split(' ').filter((each) => each !== '');
  if (most === 1) return rest === '' ? [] : [rest];
  const [, first = '', behind = ''] = /^(\S*) ?(.*)$/s.exec(rest) ?? [];
  return [first, behind].filter((each) => each !== '');
}

const visible = (text: string): string => text.replace(/[\x00-\x1f\x7f]/g, '?').slice(0, 400);
