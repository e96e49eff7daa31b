/**
 * Nothing that a client sends, and nothing that lies in a mail file or a spool, makes two messages out of one, here or at
 * the next host, and no CR or LF goes out alone. Through the whole node, with a peer that keeps every octet, and with
 * a Postfix that takes a bare LF for a line end, as it does by default up to 3.8.
 * Source: RFC 5321 §2.3.8, §4.1.1.4.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostfixInstance, postfixVersion, startPostfix } from '../../bench/postfix-instance.ts';
import { createMemoryResolver } from '../../src/adapters/memory/resolver.ts';
import { type PeerView, type ScriptedPeer, startScriptedPeer } from '../conformance/scripted-peer.ts';
import { type Fixture, startFixture } from '../support/node-fixture.ts';
import { cuttings, EVIL, sequences, smuggled, textWith } from './sequences.ts';
import { AttackingClient } from './smtp-client.ts';

const RECIPIENT = 'r@peer.example';
const PEER = '127.8.0.1';
const bareLineEnd = /(?<!\r)\n|\r(?!\n)/;

let peer: ScriptedPeer;
let view: PeerView;
let fixture: Fixture;
beforeAll(async () => {
  peer = await startScriptedPeer();
  view = peer.view(PEER);
  const resolver = createMemoryResolver({ addresses: { 'peer.example': [PEER] } });
  fixture = await startFixture(['JONES', 'MARLOW'], { resolver, remotePort: peer.port });
});
afterAll(async () => {
  await fixture?.[Symbol.asyncDispose]();
  await peer?.[Symbol.asyncDispose]();
});

/** Greeted, with MAIL and RCPT taken. @param parameter  of MAIL, with a blank in front */
async function begun(to: Fixture = fixture, recipient = RECIPIENT, parameter = ''): Promise<AttackingClient> {
  const client = new AttackingClient(to.node.port('SMTP'));
  expect(await client.reply()).toMatch(/^220/);
  expect(await client.command('EHLO client.example')).toMatch(/^250/);
  expect(await client.command(`MAIL FROM:<anne@client.example>${parameter}`)).toMatch(/^250/);
  expect(await client.command(`RCPT TO:<${recipient}>`)).toMatch(/^250/);
  return client;
}

/** What the peer got since: nothing smuggled, nothing bare. */
function expectClean(messagesBefore: number, taken: number): void {
  expect(view.messages.length - messagesBefore).toBe(taken);
  expect(view.messages.filter(({ reversePath }) => reversePath === EVIL)).toEqual([]);
  expect(view.raw).not.toMatch(bareLineEnd);
}

describe('DATA coming in', () => {
  for (const sequence of sequences) {
    test(`${JSON.stringify(sequence)}: one answer, one message at most, in every cutting`, async () => {
      const before = view.messages.length;
      let taken = 0;
      for (const pieces of cuttings(`${textWith(sequence, RECIPIENT)}.\r\n`, sequence)) {
        const client = await begun();
        expect(await client.command('DATA')).toMatch(/^354/);
        await client.send(pieces);
        const answer = await client.reply();
        if (answer.startsWith('250')) taken += 1;
        else expect(answer).toMatch(/^550/);
        // The next answer is that of QUIT: nothing behind the sequence was a command.
        expect(await client.command('QUIT')).toMatch(/^221/);
        expect(client.surplus).toBe('');
        client.close();
      }
      // A bare CR or LF is refused whole; without one the text is one message.
      expect(taken === 0).toBe(bareLineEnd.test(sequence));
      await fixture.queueIsEmpty();
      expectClean(before, taken);
    });
  }
});

describe('BDAT coming in', () => {
  for (const sequence of sequences) {
    test(`${JSON.stringify(sequence)}: a chunk is one message at most, in every cutting`, async ({
      skip,
    }) => {
      const before = view.messages.length;
      let taken = 0;
      const text = textWith(sequence, RECIPIENT);
      for (const pieces of cuttings(text, sequence)) {
        const client = await begun();
        await client.send([`BDAT ${text.length} LAST\r\n`]);
        await client.send(pieces);
        const answer = await client.reply();
        if (answer.startsWith('500')) skip('CHUNKING is not offered');
        if (answer.startsWith('250')) taken += 1;
        else expect(answer).toMatch(/^5/);
        expect(await client.command('QUIT')).toMatch(/^221/);
        expect(client.surplus).toBe('');
        client.close();
      }
      await fixture.queueIsEmpty();
      expectClean(before, taken);
    });

    test(`${JSON.stringify(sequence)}: nor where chunks end in it`, async ({ skip }) => {
      const before = view.messages.length;
      let taken = 0;
      const text = textWith(sequence, RECIPIENT);
      for (const pieces of cuttings(text, sequence)) {
        const client = await begun();
        const chunks = pieces.map(
          (each, index) => `BDAT ${each.length}${index === pieces.length - 1 ? ' LAST' : ''}\r\n${each}`,
        );
        await client.send(chunks);
        let answer = '';
        for (const _ of chunks) answer = await client.reply();
        if (answer.startsWith('500')) skip('CHUNKING is not offered');
        if (answer.startsWith('250')) taken += 1;
        else expect(answer).toMatch(/^5/);
        expect(await client.command('QUIT')).toMatch(/^221/);
        expect(client.surplus).toBe('');
        client.close();
      }
      await fixture.queueIsEmpty();
      expectClean(before, taken);
    });
  }
});

describe('binary content coming in', () => {
  const send = async (text: string, pieces: readonly string[]): Promise<string> => {
    const client = await begun(fixture, RECIPIENT, ' BODY=BINARYMIME');
    await client.send([`BDAT ${text.length} LAST\r\n`]);
    await client.send(pieces);
    const answer = await client.reply();
    expect(await client.command('QUIT')).toMatch(/^221/);
    expect(client.surplus).toBe('');
    client.close();
    return answer;
  };
  for (const sequence of sequences) {
    test(`${JSON.stringify(sequence)} in a body: one message, that holds it unseen`, async () => {
      const before = view.messages.length;
      const text = textWith(sequence, RECIPIENT);
      const all = cuttings(text, sequence);
      for (const pieces of all) expect(await send(text, pieces)).toMatch(/^250/);
      await fixture.queueIsEmpty();
      expectClean(before, all.length);
      if (!bareLineEnd.test(text) && !text.includes('\0')) return;
      const body = text.slice(text.indexOf('\r\n\r\n') + 4);
      for (const { text: got } of view.messages.slice(before)) {
        expect(got).not.toContain(EVIL);
        const encoded = got.slice(got.indexOf('\r\n\r\n') + 4);
        expect(Buffer.from(encoded, 'base64').toString('latin1')).toBe(body);
      }
    });

    test(`${JSON.stringify(sequence)} where nothing can be encoded: one message or none`, async () => {
      const before = view.messages.length;
      let taken = 0;
      const evil = smuggled(RECIPIENT);
      const texts = [
        `Subject: honest${sequence}${evil}`,
        `Content-Type: multipart/mixed; boundary=b\r\n\r\n${sequence}${evil}--b\r\n\r\nx\r\n--b--\r\n`,
        `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n${sequence}${evil}`,
        `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX: y${sequence}${evil}\r\nx\r\n--b--\r\n`,
        `Content-Transfer-Encoding: base64\r\n\r\neA==${sequence}${evil}`,
      ];
      for (const text of texts) {
        const answer = await send(text, [text]);
        if (answer.startsWith('250')) taken += 1;
        else expect(answer).toMatch(/^550/);
      }
      await fixture.queueIsEmpty();
      expectClean(before, taken);
    });
  }
});

/** How a text comes to a next host without having come by SMTP. */
const waysOut: readonly {
  readonly name: string;
  readonly send: (text: string, n: number) => Promise<void>;
}[] = [
  {
    name: 'a spooled text',
    async send(text) {
      await fixture.node.queueManager.submit({
        envelope: { reversePath: 'jones@hearts.example', forwardPaths: [RECIPIENT] },
        text: { kind: 'inline', bytes: Buffer.from(text, 'latin1') },
        userName: 'JONES',
      });
    },
  },
  {
    name: 'a file of the user, sent with MAIL',
    async send(text, n) {
      writeFileSync(join(fixture.root, 'JONES', `EVIL${n}.TXT`), text, 'latin1');
      await fixture.mail('JONES', `SEND EVIL${n}.TXT\nSMTP%"${RECIPIENT}"\nhonest\nEXIT\n`);
    },
  },
  {
    name: 'a file sent to a local user, who forwards it',
    async send(text, n) {
      writeFileSync(join(fixture.root, 'JONES', `EVIL${n}.TXT`), text, 'latin1');
      await fixture.mail('JONES', `SEND EVIL${n}.TXT\nMARLOW\nhonest\nEXIT\n`);
      await fixture.mail('MARLOW', `READ/NEW\nFORWARD\nSMTP%"${RECIPIENT}"\nhonest\nDELETE\nEXIT\n`);
    },
  },
];

describe.each(waysOut)('$name going out', ({ send }) => {
  test.each<[string, string[]]>([
    ['DATA', ['PIPELINING', '8BITMIME']],
    ['BDAT', ['PIPELINING', '8BITMIME', 'CHUNKING']],
    ['no extension', []],
  ])('by %s: one message each, no bare CR or LF', async (_, offers) => {
    view.script.offers = offers;
    const before = view.messages.length;
    const rawBefore = view.raw.length;
    for (const [index, sequence] of sequences.entries()) {
      // As a file has it: all line ends but those of the sequence are usual.
      await send(textWith(sequence, RECIPIENT), index);
      await fixture.queueIsEmpty();
    }
    // Sessions are kept for others with what they offered: each round has its own.
    peer.drop(PEER);
    expectClean(before, sequences.length);
    expect(view.raw.slice(rawBefore)).toMatch(offers.includes('CHUNKING') ? /\r\nBDAT \d+/ : /\r\nDATA\r\n/);
    for (const { text } of view.messages.slice(before)) {
      expect(text).toContain(`MAIL FROM:<${EVIL}>`);
      expect(text).not.toMatch(bareLineEnd);
    }
  });
});

describe('through the node to a Postfix that takes a bare LF for a line end', () => {
  const isThere = postfixVersion() !== undefined && process.getuid?.() === 0;
  if (!isThere) console.warn('SKIPPED: Postfix is not installed on this machine, or this is not root');
  let postfix: PostfixInstance;
  let chain: Fixture;
  let directory: string;
  beforeAll(async () => {
    if (!isThere) return;
    directory = mkdtempSync(join(tmpdir(), 'smuggling-'));
    postfix = await startPostfix(directory, { kind: 'maildir' });
    const resolver = createMemoryResolver({ addresses: { 'bench.example': ['127.0.0.1'] } });
    chain = await startFixture(['JONES'], { resolver, remotePort: postfix.port });
  });
  afterAll(async () => {
    await chain?.[Symbol.asyncDispose]();
    await postfix?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });
  const arrived = (): string[] => {
    try {
      return readdirSync(postfix.maildir).map((name) => readFileSync(join(postfix.maildir, name), 'latin1'));
    } catch {
      return [];
    }
  };

  test.runIf(isThere)('each text arrives once, and nothing of the attacker does', async () => {
    for (const sequence of sequences) {
      await chain.node.queueManager.submit({
        envelope: { reversePath: 'jones@hearts.example', forwardPaths: ['user@bench.example'] },
        text: { kind: 'inline', bytes: Buffer.from(textWith(sequence, 'user@bench.example'), 'latin1') },
        userName: 'JONES',
      });
    }
    await chain.queueIsEmpty();
    await expect.poll(() => arrived().length, { timeout: 10_000 }).toBe(sequences.length);
    // A second message would come right behind the first.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(arrived()).toHaveLength(sequences.length);
    for (const text of arrived()) expect(text).toMatch(/^Return-Path: <jones@hearts\.example>/);
  });

  test.runIf(isThere)('and so does each that came by SMTP', async () => {
    const before = arrived().length;
    let taken = 0;
    for (const sequence of sequences) {
      const text = textWith(sequence, 'user@bench.example');
      const byData = await begun(chain, 'user@bench.example');
      expect(await byData.command('DATA')).toMatch(/^354/);
      await byData.send([`${text}.\r\n`]);
      if ((await byData.reply()).startsWith('250')) taken += 1;
      byData.close();
      const byChunk = await begun(chain, 'user@bench.example');
      await byChunk.send([`BDAT ${text.length} LAST\r\n${text}`]);
      if ((await byChunk.reply()).startsWith('250')) taken += 1;
      byChunk.close();
    }
    expect(taken).toBeGreaterThan(0);
    await chain.queueIsEmpty();
    await expect.poll(() => arrived().length, { timeout: 10_000 }).toBe(before + taken);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(arrived()).toHaveLength(before + taken);
    for (const text of arrived()) expect(text).not.toMatch(new RegExp(`^Return-Path: <${EVIL}>`));
  });

  test.runIf(isThere)('the same Postfix is deceived by who does send them', async () => {
    // Or the test above would prove nothing.
    const before = arrived().length;
    const client = new AttackingClient(postfix.port);
    await client.reply();
    await client.command('EHLO client.example');
    await client.command('MAIL FROM:<anne@client.example>');
    await client.command('RCPT TO:<user@bench.example>');
    await client.command('DATA');
    await client.send([`Subject: honest\r\n\r\none\n.\n${smuggled('user@bench.example')}.\r\n`]);
    await expect.poll(() => arrived().length, { timeout: 10_000 }).toBe(before + 2);
    client.close();
  });
});
