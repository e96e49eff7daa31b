/** Plays one case against a server: says its lines, and compares what comes back and what goes on to the peer. */
import { clientBytes } from '../transcript/dialogue.ts';
import type { Case, Step } from './case-file.ts';
import { Connection } from './connection.ts';
import { matchesAll, mismatch } from './expectation.ts';
import type { PeerView } from './scripted-peer.ts';
import { portOf, type Target } from './target.ts';

/** What relaying and delivering may take. */
const PATIENCE_MS = 8_000;
/** A server that is known to do otherwise. */
const SHORT_PATIENCE_MS = 1_500;
/** What is not to happen would have happened by then. */
const SETTLE_MS = 100;
/** A server may have in hand what a silent peer holds up. */
const LONGEST_IN_HAND_MS = 1_500;

/** Each case that is played gets a number, and with it a host of its own that its mail is relayed to. */
let played = 0;

/** @returns what is wrong with the server, undefined where it does as the rule says */
export async function play(subject: Case, target: Target): Promise<string | undefined> {
  played += 1;
  const [high, low] = [Math.floor(played / 250), (played % 250) + 1];
  const domain = `c${high}-${low}.relayed.example`;
  const player = new Player(subject, target, {
    ...target.variables,
    relayed: `r@${domain}`,
    'relayed-domain': domain,
    returns: `sender@${domain}`,
    case: `case-${high}-${low}`,
    ...credentials(target.variables),
  });
  if (subject.needs.includes('peer')) player.peer = target.peer!.view(`127.7.${high}.${low}`);
  try {
    return await player.play();
  } finally {
    player.close();
  }
}

/** Where the peer of a case listens: 127.7.A.B for `cA-B.relayed.example`; undefined for other names. */
export function peerAddress(domain: string): string | undefined {
  const [, high, low] = /^c(\d+)-(\d+)\.relayed\.example$/.exec(domain) ?? [];
  return high === undefined ? undefined : `127.7.${high}.${low}`;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const credentials = ({ user, password }: Readonly<Record<string, string>>): Record<string, string> =>
  user === undefined || password === undefined
    ? {}
    : {
        plain: base64(`\0${user}\0${password}`),
        'plain-wrong': base64(`\0${user}\0not-${password}`),
        'user-64': base64(user),
        'password-64': base64(password),
      };

class Difference extends Error {}

class Player {
  readonly #case: Case;
  readonly #target: Target;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #connections = new Map<string, Connection>();
  peer: PeerView | undefined;
  readonly #patienceMs: number;
  #isStranger = false;
  /** Number of the line being played, for what is wrong. */
  #line = 0;

  constructor(subject: Case, target: Target, variables: Readonly<Record<string, string>>) {
    this.#case = subject;
    this.#target = target;
    this.#variables = variables;
    this.#patienceMs = subject.notes.has(target.name) ? SHORT_PATIENCE_MS : PATIENCE_MS;
  }

  async play(): Promise<string | undefined> {
    const { steps } = this.#case;
    try {
      for (let at = 0; at < steps.length; ) at = await this.#step(steps, at);
      const complaints = [...this.#connections.values()].flatMap((each) => each.complaints);
      return complaints.length === 0 ? undefined : complaints.join('; ');
    } catch (error) {
      if (error instanceof Difference) return `line ${this.#line}: ${error.message}`;
      throw new Error(`${this.#case.id}, line ${this.#line}`, { cause: error });
    }
  }

  close(): void {
    for (const each of this.#connections.values()) each.close();
    this.peer?.close();
  }

  /** @returns the index of the step that is next */
  async #step(steps: readonly Step[], at: number): Promise<number> {
    const step = steps[at]!;
    this.#line = step.line;
    const line = this.#filled(step.text);
    const [, word = '', rest = ''] = /^(\S+?):? (.*)$/s.exec(line) ?? [line, line];
    const more = (test: RegExp): string[] => {
      const end = steps.findIndex(({ text }, index) => index > at && !test.test(text));
      return steps.slice(at + 1, end === -1 ? steps.length : end).map(({ text }) => this.#filled(text));
    };
    if (/^C\d?[:=]/.test(line)) {
      const channel = /^C\d?/.exec(line)![0].slice(1);
      // Lines that follow each other leave together.
      const lines = [line, ...more(new RegExp(`^C${channel}[:=]`))];
      const bytes = lines.map((each) => clientBytes(each) ?? fail('cannot be read'));
      (await this.#connection(channel)).send(Buffer.concat(bytes));
      return at + lines.length;
    }
    if (/^S\d?:/.test(line)) {
      const [, channel = '', expectation = ''] = /^S(\d?): ?(.*)$/s.exec(line) ?? [];
      await this.#expect(channel, expectation);
      return at + 1;
    }
    if (/^send\b/.test(line)) {
      const body = more(/^\|/);
      await this.#send(line, body);
      return at + 1 + body.length;
    }
    await this.#obey(word, rest, line);
    return at + 1;
  }

  async #obey(word: string, rest: string, line: string): Promise<void> {
    switch (word) {
      case 'stranger':
        this.#isStranger = true;
        return;
      case 'hello':
        await this.#hello();
        return;
      case 'begin':
        await this.#hello();
        await this.#say(`MAIL FROM:<${this.#variables['sender']}>`, '250');
        await this.#say(`RCPT TO:<${this.#variables['local']}>`, '250');
        return;
      case 'TLS':
        await (await this.#connection('')).startTls().catch((error: Error) => differ(error.message));
        return;
      case 'tls-or-closed':
        await (await this.#connection('')).startTls().catch(() => {});
        return;
      case 'secure':
        await this.#secure();
        return;
      case 'login':
        await this.#secure();
        await this.#say(`AUTH PLAIN ${this.#variables['plain']}`, '235');
        return;
      case 'drop':
        (await this.#connection('')).close();
        return;
      case 'noop-times':
        (await this.#connection('')).send(Buffer.from('NOOP\r\n'.repeat(Number(rest))));
        for (let n = 0; n < Number(rest); n += 1) await this.#expect('', '250');
        return;
      case 'rcpt-times':
        for (let n = 0; n < Number(rest); n += 1)
          await this.#say(`RCPT TO:<x${n}@${this.#variables['relayed-domain']}>`, '250');
        return;
      case 'no':
        this.#view().script.offers = undefined;
        return;
      case 'offers':
        this.#view().script.offers = rest === 'nothing' ? [] : rest.split(', ');
        return;
      case 'peer': {
        const [, once, pattern, reply] = /^(once: )?~(.*?) -> (.*)$/.exec(rest) ?? fail('no rule');
        this.#view().script.rules.push({
          pattern: new RegExp(pattern!, 'i'),
          reply: reply!,
          isOnce: once !== undefined,
        });
        return;
      }
      case 'later': {
        const [hours = 0, minutes = 0, seconds = 0] = rest.split(':').map(Number);
        this.#target.later!(((hours * 60 + minutes) * 60 + seconds) * 1_000);
        return;
      }
      case 'settle': {
        const moment = new Promise<void>((resolve) => setTimeout(resolve, LONGEST_IN_HAND_MS));
        await Promise.race([this.#target.quiet?.(), moment]);
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
        return;
      }
      case 'declared-size': {
        const declared = /SIZE=(\d+)/i.exec(this.#view().commands.join('\n'))?.[1];
        const sent = this.#view().messages.at(-1)!.text.length;
        if (Number(declared) !== sent) differ(`SIZE=${declared} was declared, ${sent} octets came`);
        return;
      }
      case 'messages':
      case 'connections':
      case 'open':
      case 'texts': {
        const view = this.#view();
        const count = (): number =>
          ({
            messages: view.messages.length,
            connections: view.connections,
            open: view.open(),
            texts: view.rawTexts.length,
          })[word];
        await until(() => count() >= Number(rest), this.#patienceMs);
        // A surplus one would come soon after.
        await new Promise((resolve) => setTimeout(resolve, 30));
        if (count() !== Number(rest)) differ(`${count()} ${word}, not ${rest}`);
        return;
      }
      case 'commands':
        return this.#match(rest, () => this.#view().commands.join('\n'));
      case 'text':
        return this.#match(rest, () => this.#view().messages.at(-1)?.text.replaceAll('\r\n', '\n'));
      case 'report':
        return this.#match(rest, () =>
          this.#view()
            .messages.findLast(({ reversePath }) => reversePath === '')
            ?.text.replaceAll('\r\n', '\n'),
        );
      case 'raw':
        return this.#match(rest, () => this.#view().raw);
      case 'mailbox':
        return this.#match(rest, this.#target.mailbox!);
      default:
        fail(`no such line: ${line}`);
    }
  }

  /** `~pattern` and `!~pattern`, over lines. */
  async #match(
    patterns: string,
    text: () => string | undefined | Promise<string | undefined>,
  ): Promise<void> {
    const isRight = async (): Promise<boolean> => {
      const now = await text();
      return now !== undefined && matchesAll(patterns, now);
    };
    await until(isRight, this.#patienceMs);
    if (!(await isRight())) differ(`not so: ${patterns}: ${JSON.stringify(await text())?.slice(0, 4_000)}`);
  }

  /** A message to the peer, through the server, as a client sends it. `send [from <path>] [to a, b] [with parameters]` */
  async #send(line: string, body: readonly string[]): Promise<void> {
    const [, from, to, parameters = ''] =
      /^send(?: from <(.*?)>)?(?: to (.*?))?(?: with (.*))?$/.exec(line) ?? fail('cannot be read');
    const connection = await this.#connection('');
    await this.#hello();
    await this.#say(
      `MAIL FROM:<${from ?? this.#variables['returns']}>${parameters === '' ? '' : ` ${parameters}`}`,
      '250',
    );
    for (const path of (to ?? this.#variables['relayed']!).split(', '))
      await this.#say(`RCPT TO:<${path}>`, '250');
    await this.#say('DATA', '354');
    const text = body.map((each) =>
      each.startsWith('|=') ? clientBytes(`C=${each.slice(2)}`)! : Buffer.from(`${each.slice(2)}\r\n`),
    );
    connection.send(
      Buffer.concat([...(body.length === 0 ? [Buffer.from(USUAL_TEXT)] : text), Buffer.from('.\r\n')]),
    );
    await this.#expect('', '250');
    await this.#say('QUIT', '221');
  }

  async #secure(): Promise<void> {
    await this.#hello();
    await this.#say('STARTTLS', '220');
    await (await this.#connection('')).startTls().catch((error: Error) => differ(error.message));
    await this.#hello();
  }

  async #hello(): Promise<void> {
    await this.#say(this.#case.service === 'lmtp' ? 'LHLO client.example' : 'EHLO client.example', '250');
  }

  async #say(command: string, expectation: string): Promise<void> {
    (await this.#connection('')).send(Buffer.from(`${command}\r\n`));
    await this.#expect('', expectation);
  }

  async #expect(channel: string, expectation: string): Promise<void> {
    const isFirst = !this.#connections.has(channel);
    const connection = isFirst ? this.#open(channel) : this.#connections.get(channel)!;
    if (expectation === 'nothing') {
      if (!(await connection.isQuiet())) differ('the server says something');
      return;
    }
    const got = await connection.reply();
    if (typeof got !== 'string' && got.lines.some((each) => /^ENHANCEDSTATUSCODES$/i.test(each)))
      connection.hasEnhancedCodes = true;
    const wrong = mismatch(expectation, got, connection.hasEnhancedCodes);
    if (wrong !== undefined) differ(`expected ${expectation}, ${wrong}`);
  }

  /** Open, and greeted. */
  async #connection(channel: string): Promise<Connection> {
    const known = this.#connections.get(channel);
    if (known !== undefined) return known;
    const connection = this.#open(channel);
    const greeting = await connection.reply();
    if (typeof greeting === 'string' || greeting.code !== '220')
      differ(`greeting: ${JSON.stringify(greeting)}`);
    return connection;
  }

  #open(channel: string): Connection {
    const { host, strangerAddress } = this.#target;
    const { service } = this.#case;
    const connection = new Connection(host, portOf(this.#target, service)!, {
      from: this.#isStranger ? strangerAddress : undefined,
      tls: service === 'submissions',
    });
    this.#connections.set(channel, connection);
    return connection;
  }

  #view(): PeerView {
    return this.peer ?? fail('the case does not need peer');
  }

  #filled(text: string): string {
    return text.replace(/\{([a-z][a-z0-9-]*)\}/g, (all, name: string) => this.#variables[name] ?? all);
  }
}

/** A rule of the case that nobody can follow is the author's mistake. */
const fail = (reason: string): never => {
  throw new Error(reason);
};
const differ = (what: string): never => {
  throw new Difference(what);
};

async function until(condition: () => boolean | Promise<boolean>, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition()) && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

const USUAL_TEXT =
  'From: Sender <sender@client.example>\r\nTo: r@relayed.example\r\nSubject: conformance\r\n' +
  'Date: Mon, 5 Jan 2026 10:00:00 +0000\r\nMessage-ID: <conformance.1@client.example>\r\n\r\nOne line.\r\n';
