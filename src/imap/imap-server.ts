/**
 * The IMAP server: one call serves one connection. The loop reads a command, obeys it, tells what has happened meanwhile, and
 * alone answers, logs and closes. Source: RFC 9051; tcpip-smtp.md §7.3.
 */
import type { Duplex } from 'node:stream';
import { Condition } from '../condition/index.ts';
import { ClientConnection } from '../mail-access/client-connection.ts';
import { handshake } from '../mail-access/handshake.ts';
import { Turn } from '../mail-access/turn.ts';
import { capabilities } from './capabilities.ts';
import { CommandReader, type ReadCommand } from './command-reader.ts';
import { compressed } from './compression.ts';
import { messageUploads } from './message-upload.ts';
import type { ImapDependencies, ImapPeer, Session } from './session.ts';
import { Cursor, SyntaxFault } from './syntax/cursor.ts';
import { tellChanges } from './tell-changes.ts';
import { Trace } from './trace.ts';
import { verbs } from './verbs/index.ts';
import { type Answer, bad, type Dialogue, type ImapVerb, no, type State } from './verbs/verb.ts';

/** RFC 9051 §5.4, §7.1.5 */
const AUTOLOGOUT = '* BYE Autologout; idle for too long\r\n';
/** Before a login: nobody has to wait for strangers. */
const STRANGER = { lineOctets: 8_192, idleMs: 180_000, farewell: AUTOLOGOUT };
const LINE_OCTETS = 1_048_576;
/** Commands that were none, before a client is taken for something else. */
const MOST_ERRORS = 50;
const MOST_ERRORS_OF_STRANGERS = 10;

/** Serves one connection to its end. Rejects for nothing a client does. @param options.isSecure  TLS comes first */
export async function serveImap(
  connection: Duplex,
  peer: ImapPeer,
  dependencies: ImapDependencies,
  options: { readonly isSecure: boolean },
): Promise<void> {
  const settings = await dependencies.settings();
  const leave = dependencies.counts.enter(peer.address, settings);
  if (leave === undefined) return refuse(connection, options.isSecure);
  const session: Session = {
    dependencies,
    settings,
    peer,
    attempts: dependencies.loginDoor(peer),
    enabled: new Set(),
    tls: undefined,
    login: undefined,
    view: undefined,
    saved: [],
    isCompressed: false,
  };
  const server = new ImapServer(new ClientConnection(connection, dependencies.clock, STRANGER), session);
  try {
    if (options.isSecure && !(await server.secure(true))) return;
    await server.run();
  } finally {
    session.login?.leave();
    leave();
  }
}

/** One too many. Where a handshake would come first nothing can be said. RFC 9051 §7.1.5 */
function refuse(connection: Duplex, isSecure: boolean): void {
  connection.on('error', () => {});
  connection.resume();
  connection.end(
    isSecure ? undefined : '* BYE [UNAVAILABLE] There are too many connections, try again later.\r\n',
  );
  connection.once('finish', () => connection.destroy());
}

class ImapServer {
  readonly #connection: ClientConnection;
  readonly #session: Session;
  readonly #reader: CommandReader;
  readonly #gone = new AbortController();
  /** Nothing more is waited for: the node stops, or the account is closed. */
  readonly #over = new AbortController();
  readonly #trace: Trace | undefined;
  #errors = 0;
  /** Set with the login: the account is watched no longer. */
  #unwatchAccount: (() => void) | undefined;
  #isAccountClosed = false;
  /** Commands that came together, and those with much to do, leave others their turn. */
  readonly #others = new Turn();

  constructor(connection: ClientConnection, session: Session) {
    const { dependencies, peer, settings } = session;
    this.#trace = settings.serverTrace ? new Trace(dependencies.log, peer.address) : undefined;
    this.#connection = connection;
    this.#session = session;
    this.#reader = new CommandReader(connection, this.#over.signal);
  }

  async run(): Promise<void> {
    const { hostName, stopping } = this.#session.dependencies;
    this.#say(`* OK [CAPABILITY ${capabilities(this.#session)}] ${hostName} IMAP4rev1 server ready`);
    const unwatch = this.#connection.onGone(() => this.#gone.abort());
    const stop = (): void => this.#over.abort();
    stopping?.addEventListener('abort', stop);
    if (stopping?.aborted === true) stop();
    try {
      while (await this.#turn()) await this.#others.rest();
    } finally {
      unwatch();
      stopping?.removeEventListener('abort', stop);
      this.#unwatchAccount?.();
    }
  }

  /** False when the handshake failed: the connection is gone then. @param isFirst  TLS comes first */
  async secure(isFirst = false): Promise<boolean> {
    const { dependencies, peer } = this.#session;
    const secured = await handshake(this.#connection, dependencies, peer.address, isFirst);
    if (secured !== undefined) this.#session.tls = secured;
    return secured !== undefined;
  }

  /** One command. False: it was the last. */
  async #turn(): Promise<boolean> {
    const uploads = messageUploads(this.#session);
    try {
      return await this.#serve(await this.#reader.next(uploads));
    } finally {
      await uploads?.discard();
    }
  }

  async #serve(read: ReadCommand): Promise<boolean> {
    if (read.kind === 'end') return this.#leave();
    if (read.kind === 'refused') return this.#refuse(read);
    if (!(await this.#mayStay())) {
      this.#isAccountClosed = true;
      return this.#leave();
    }
    const wasStranger = this.#session.login === undefined;
    this.#trace?.heard(read.parts, wasStranger);
    const { tag, answer } = await this.#obey(read.parts);
    // A client that has logged in may be silent, and say long things.
    if (wasStranger && this.#session.login !== undefined) this.#welcome(this.#session.login.userName);
    const isOver = this.#isPatienceOver(answer);
    if (isOver) this.#say('* BYE Too many errors.');
    const code = answer.code === undefined ? '' : `[${answer.code}] `;
    this.#say(`${tag} ${answer.status} ${code}${visible(answer.text)}`);
    if (answer.next === 'close' || isOver) {
      await this.#connection.end();
      return false;
    }
    if (answer.next === 'startTls') {
      await this.#connection.flush();
      return this.secure();
    }
    if (answer.next === 'compress') {
      await this.#connection.flush();
      this.#connection.moveTo(compressed(this.#connection.release()));
    }
    return true;
  }

  #welcome(userName: string): void {
    const { settings, dependencies } = this.#session;
    this.#connection.limits = { lineOctets: LINE_OCTETS, idleMs: settings.idleMs, farewell: AUTOLOGOUT };
    this.#unwatchAccount = dependencies.accounts.watch(userName, () => {
      this.#isAccountClosed = true;
      this.#over.abort();
    });
  }

  async #obey(parts: readonly unknown[]): Promise<{ readonly tag: string; readonly answer: Answer }> {
    const cursor = new Cursor(parts as ConstructorParameters<typeof Cursor>[0]);
    let tag = '*';
    try {
      tag = cursor.match(/[^\x00-\x20\x7f-\xff(){%*"\\+]{1,128}/y, 'tag');
      cursor.space();
      let keyword = cursor.atom().toUpperCase();
      const byUid = keyword === 'UID';
      if (byUid) {
        cursor.space();
        keyword = cursor.atom().toUpperCase();
      }
      const verb = verbs.get(keyword);
      if (verb === undefined || (byUid && verb.allowsUid !== true))
        return { tag, answer: bad(`Unknown command: "${visible(keyword)}".`) };
      const dialogue = this.#dialogue(tag, byUid);
      if (!verb.states.includes(this.#state()))
        return { tag, answer: bad(`"${keyword}" is not for this state.`) };
      const answer = await this.#carryOut(verb, cursor, dialogue);
      return { tag, answer };
    } catch (failure) {
      return { tag, answer: this.#failed(failure) };
    }
  }

  async #carryOut(verb: ImapVerb, cursor: Cursor, dialogue: Dialogue): Promise<Answer> {
    const before = this.#session.view;
    const answer = await verb.obey(this.#session, cursor, dialogue);
    // Of what has just been selected everything is known.
    if (this.#session.view !== undefined && this.#session.view === before && answer.next !== 'close') {
      const expunge = dialogue.byUid || verb.tellsExpunge !== false;
      await tellChanges(this.#session, dialogue, { expunge, withUid: dialogue.byUid });
    }
    return answer;
  }

  #failed(failure: unknown): Answer {
    if (failure instanceof SyntaxFault) return bad(failure.message);
    if (failure instanceof Condition) return no(failure.message, 'CANNOT');
    this.#session.dependencies.log.error({ err: failure }, 'an IMAP command failed');
    return no('The mail file cannot be used now, try again later.', 'UNAVAILABLE');
  }

  #dialogue(tag: string, byUid: boolean): Dialogue {
    const connection = this.#connection;
    return {
      tag,
      byUid,
      gone: this.#gone.signal,
      say: (text) => {
        this.#trace?.said(text);
        connection.say(text);
      },
      send: (octets) => connection.send(octets),
      flush: async () => {
        await connection.flush();
        await this.#others.rest();
      },
      ask: async (text) => {
        this.#say(`+ ${text}`);
        const line = await connection.readLine(this.#over.signal);
        this.#trace?.heardAnswer();
        return line;
      },
      breakOff: () => connection.destroy(),
    };
  }

  async #mayStay(): Promise<boolean> {
    const { login, dependencies } = this.#session;
    return login === undefined || dependencies.accounts.mayStay(login.userName);
  }

  #state(): State {
    if (this.#session.login === undefined) return 'notAuthenticated';
    return this.#session.view === undefined ? 'authenticated' : 'selected';
  }

  async #refuse(read: Extract<ReadCommand, { kind: 'refused' }>): Promise<boolean> {
    const isOver = read.isLast || this.#isPatienceOver(read);
    if (isOver) this.#say(`* BYE ${read.isLast ? 'That is too much.' : 'Too many errors.'}`);
    this.#say(`${read.tag} ${read.status} ${read.text}`);
    if (isOver) await this.#connection.end();
    return !isOver;
  }

  #isPatienceOver({ status }: { readonly status: Answer['status'] }): boolean {
    // Who has logged in may make mistakes now and then.
    if (status === 'OK' && this.#session.login !== undefined) this.#errors = 0;
    if (status !== 'BAD') return false;
    const most = this.#session.login === undefined ? MOST_ERRORS_OF_STRANGERS : MOST_ERRORS;
    return ++this.#errors >= most;
  }

  /** The node stops, the account is closed, or the client is gone. */
  async #leave(): Promise<boolean> {
    if (this.#session.dependencies.stopping?.aborted === true)
      this.#say('* BYE The server is being stopped.');
    else if (this.#isAccountClosed) this.#say('* BYE The account is not to be used any more.');
    await this.#connection.end();
    return false;
  }

  #say(line: string): void {
    this.#trace?.said(line);
    this.#connection.say(`${line}\r\n`);
  }
}

const visible = (text: string): string => text.replace(/[\x00-\x1f\x7f]/g, '?').slice(0, 400);
