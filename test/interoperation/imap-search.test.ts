/**
 * SEARCH, SORT and THREAD beside Dovecot: the same mailbox, the same questions, the same answers. Skipped where it is not
 * installed.
 */
import { expect, it } from 'vitest';
import { whyNoDovecot } from '../../bench/dovecot-instance.ts';
import { startImapRig } from '../support/imap-rig.ts';
import { randomNumbers } from '../support/random-numbers.ts';
import { DovecotPeer } from './dovecot-peer.ts';

const why = whyNoDovecot();
if (why !== undefined) console.warn(`SKIPPED: nothing was compared with Dovecot: ${why}`);

const MESSAGES = 50;

it.skipIf(why !== undefined).each([1, 2, 3])(
  'finds what Dovecot finds (%i)',
  async (seed) => {
    const questions = new Questions(randomNumbers(seed));
    const rig = await startImapRig();
    const ours = await rig.login();
    const dovecot = await DovecotPeer.start();
    try {
      const ask = async (command: string): Promise<readonly [string, string]> => [
        answer(await ours.command(command)),
        answer(await dovecot.command(command)),
      ];
      for (let number = 0; number < MESSAGES; number++) await ask(questions.append(number));
      await ask('SELECT INBOX');
      const differing: { question: string; got: string; want: string }[] = [];
      for (let turn = 0; turn < 250; turn++) {
        const question = questions.next();
        const [got, want] = await ask(question);
        if (got !== want) differing.push({ question, got, want });
      }
      expect(differing).toEqual([]);
    } finally {
      ours.close();
      await dovecot.close();
      await rig.close();
    }
  },
  120_000,
);

/** What was found, and how it ended. */
const answer = (text: string): string =>
  [
    ...text.split('\r\n').filter((line) => /^\* (?:E?SEARCH|SORT|THREAD)/.test(line)),
    /^a\d+ (?:OK|NO|BAD)/m.exec(text)?.[0] ?? '',
  ]
    .map((line) =>
      line
        .replace(/\(TAG "a\d+"\)/, '')
        .replace(/^a\d+ /, '')
        .trimEnd(),
    )
    .join('\n');

const words = ['alpha', 'Beta', 'grüße', 'straße', 'naïve', 'Ünï'];
const looked = [
  ...words,
  'ALPHA',
  'GRÜSSE',
  'grusse',
  'strasse',
  'end',
  'splitword',
  'inner',
  'innerbody',
  'binary',
  'x.example',
  'bob@',
  'Com',
  'beta <c',
  'Q, A',
  'filealpha',
  'pre',
  '=?utf',
  'undisc',
  'plain alpha',
];
const dates = [
  'Mon, 2 Nov 2026 23:30:00 -0800',
  '3 Nov 2026 01:00:00 +0000',
  'Tue, 3 Nov 2026 12:00:00 +1400',
  'garbage',
  '4 Nov 26 10:00 EST',
  'Wed, 04 Nov 2026 10:00:00 GMT',
  'Thu, 5 Nov 2026 00:00:00 +0000 (UTC)',
];
const flags = ['\\Seen', '\\Flagged', '\\Answered', '\\Deleted', '\\Draft', 'Work', '$Junk'];

class Questions {
  readonly #random: () => number;
  /** Whom each message answers, the eldest first. */
  readonly #answered: (readonly number[])[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  append(number: number): string {
    const parent = number > 0 && this.#below(3) > 0 ? this.#below(number) : undefined;
    const above = parent === undefined ? [] : [...this.#answered[parent]!, parent];
    this.#answered.push(above);
    // Some were never seen here: their number is left out, and something else comes.
    const id = this.#below(5) === 0 ? `other-${number}` : `${number}`;
    const ids = above.map((each) => `<${each}@h>`);
    const header = [
      `From: ${this.#address()}`,
      `To: ${this.#address()}`,
      ...this.#maybe(2, () => `Cc: ${this.#address()}`),
      ...this.#maybe(5, () => `Subject: ${this.#subject()}`),
      ...this.#maybe(8, () => `Date: ${this.#one(dates)}`),
      `Message-ID: <${id}@h>`,
      ...(ids.length === 0
        ? []
        : [this.#below(4) === 0 ? `In-Reply-To: ${ids.at(-1)}` : `References: ${ids.join('\r\n ')}`]),
      ...this.#maybe(3, () => `X-Test: ${this.#encoded(this.#one(words))}\r\nX-Empty:`),
    ];
    const text = Buffer.from(`${header.join('\r\n')}\r\n${this.#body()}\r\n`).toString('latin1');
    const list = flags.filter(() => this.#below(4) === 0).join(' ');
    const received = `"${String(1 + this.#below(28)).padStart(2)}-Oct-2026 12:00:00 +0000"`;
    return `APPEND INBOX (${list}) ${received} {${text.length}+}\r\n${text}`;
  }

  next(): string {
    const kind = this.#below(10);
    const uid = this.#one(['', 'UID ']);
    if (kind === 8) {
      const criteria = Array.from({ length: 1 + this.#below(2) }, () => this.#criterion()).join(' ');
      // Of texts always all: Dovecot 2.3 remembers their order, and mistakes it when others are asked for later.
      const key = /^(?:(?:REVERSE )?(?:ARRIVAL|DATE|SIZE) ?)+$/.test(criteria) ? this.#key(0) : 'ALL';
      return `${uid}SORT (${criteria}) UTF-8 ${key}`;
    }
    if (kind === 9) return `${uid}THREAD REFERENCES UTF-8 ALL`;
    const returns = this.#one([
      '',
      '',
      'RETURN (MIN MAX) ',
      'RETURN (COUNT ALL) ',
      'RETURN () ',
      'RETURN (MAX) ',
    ]);
    return `${uid}SEARCH ${returns}${this.#key(0)}${this.#below(3) === 0 ? ` ${this.#key(0)}` : ''}`;
  }

  #key(depth: number): string {
    const nested = (): string => this.#key(depth + 1);
    const text = (): string => literal(this.#one(looked));
    const day = (): number => 1 + this.#below(28);
    const number = (): number => 1 + this.#below(MESSAGES);
    const keys: readonly (() => string)[] = [
      () => `${this.#one(['FROM', 'TO', 'CC', 'BCC', 'SUBJECT', 'BODY', 'TEXT', 'HEADER X-Test'])} ${text()}`,
      () => `${this.#one(['BODY', 'TEXT', 'SUBJECT'])} ${text()}`,
      () =>
        `HEADER ${this.#one(['X-Empty', 'Date', 'Cc', 'References'])} ${this.#one([literal(''), text()])}`,
      () => `${this.#one(['SENTON', 'SENTSINCE', 'SENTBEFORE'])} ${1 + this.#below(6)}-Nov-2026`,
      () => `${this.#one(['ON', 'SINCE', 'BEFORE'])} ${day()}-Oct-2026`,
      () => this.#one(['SEEN', 'UNSEEN', 'FLAGGED', 'UNANSWERED', 'DELETED', 'UNDELETED', 'DRAFT', 'ALL']),
      () => `${this.#one(['KEYWORD', 'UNKEYWORD'])} ${this.#one(['work', '$Junk', 'nope'])}`,
      () => `${this.#one(['LARGER', 'SMALLER'])} ${this.#below(700)}`,
      () => `${this.#one(['', 'UID '])}${number()}:${this.#one(['*', String(number())])}`,
      () => `NOT ${nested()}`,
      () => `OR ${nested()} ${nested()}`,
      () => `(${nested()} ${nested()})`,
    ];
    return keys[this.#below(depth > 2 ? 9 : keys.length)]!();
  }

  #criterion(): string {
    const name = this.#one([
      'ARRIVAL',
      'CC',
      'DATE',
      'FROM',
      'SIZE',
      'SUBJECT',
      'TO',
      'DISPLAYFROM',
      'DISPLAYTO',
    ]);
    return `${this.#one(['', 'REVERSE '])}${name}`;
  }

  #subject(): string {
    const before = this.#one(['', 'Re: ', 'RE: Fwd: ', '[list] ', 'Re: [list] ', '[fwd: ', '  ']);
    return `${before}${this.#encoded(this.#one(words))} ${this.#one(['', '(fwd)', 'x'])}${before === '[fwd: ' ? ']' : ''}`;
  }

  #address(): string {
    return this.#one([
      `${this.#encoded(this.#one(words))} <${this.#one(['a', 'Bob', 'carl'])}@x.example>`,
      `"Q, ${this.#one(['A', 'b'])}" <z@y.example>`,
      `plain@z.example (${this.#one(['Com Ment', 'x'])})`,
      `a@b.example, ${this.#encoded('beta')} <c@d.example>`,
      'undisclosed-recipients:;',
      '',
    ]);
  }

  #body(): string {
    const word = this.#one(words);
    return this.#one([
      `Content-Type: text/plain; charset=utf-8\r\n\r\nplain ${word}\r\nline two`,
      `Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(`coded ${word} end`, 'latin1').toString('base64')}`,
      `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>${quotedPrintable(word)}</p> split=\r\nword`,
      `Content-Type: multipart/mixed; boundary="b"\r\n\r\npre\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\npart ${word}\r\n--b\r\nContent-Type: application/octet-stream; name="file${word}.bin"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from('binary alpha').toString('base64')}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner ${this.#encoded(word)}\r\n\r\ninnerbody ${word}\r\n--b--`,
      `\r\nnothing ${word}`,
    ]);
  }

  #encoded(word: string): string {
    return this.#one([
      word,
      `=?utf-8?Q?${quotedPrintable(word)}?=`,
      `=?iso-8859-1?B?${Buffer.from(word, 'latin1').toString('base64')}?=`,
    ]);
  }

  #maybe(of: number, text: () => string): readonly string[] {
    return this.#below(of) === 0 ? [] : [text()];
  }
  #one<T>(of: readonly T[]): T {
    return of[this.#below(of.length)]!;
  }
  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

const literal = (text: string): string => {
  const octets = Buffer.from(text).toString('latin1');
  return `{${octets.length}+}\r\n${octets}`;
};
const quotedPrintable = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
