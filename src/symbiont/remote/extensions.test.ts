/** What a peer can do, and how mail comes to it. RFC 6152, RFC 6531, RFC 1870, RFC 3030. */
import { describe, expect, it } from 'vitest';
import { type SinkScript, startSink } from '../../../test/support/smtp-sink.ts';
import { startRig } from '../../../test/support/symbiont-rig.ts';
import type { Assignment } from '../../ports/queue-manager.ts';

const dns = { addresses: { 'far.example': ['127.0.0.1'] } };

async function relay(
  script: SinkScript,
  text: string | Buffer,
  rest: Partial<Assignment> = {},
  paths: readonly string[] = ['bob@far.example'],
) {
  await using sink = await startSink(script);
  await using rig = await startRig({ dns, port: sink.port });
  const bytes = Buffer.from(text);
  const { recipients } = await rig.run(
    rig.assignment(paths, undefined, { text: { kind: 'inline', bytes }, ...rest }),
  );
  return {
    outcomes: recipients.toSorted((a, b) => a.index - b.index).map((each) => each.outcome),
    commands: sink.commands,
    messages: sink.messages,
  };
}

const eightBit =
  'Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n';

describe('8-bit text', () => {
  it('goes as it is to a host with 8BITMIME', async () => {
    const { commands, messages } = await relay({ extensions: ['8BITMIME'] }, eightBit);
    expect(commands).toContain('MAIL FROM:<ann@x.example> BODY=8BITMIME');
    expect(messages[0]?.text).toBe(Buffer.from(eightBit).toString('latin1'));
  });

  it('becomes quoted-printable for a host without it (RFC 6152 §3)', async () => {
    const { commands, messages } = await relay({ extensions: ['SIZE 1000'] }, eightBit);
    expect(commands).toContain('MAIL FROM:<ann@x.example>');
    expect(messages[0]?.text).toBe(
      'Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n',
    );
  });

  it('that is none goes as it is', async () => {
    const { messages } = await relay({ extensions: [] }, 'Subject: x\r\n\r\nplain\r\n', { body: '8BITMIME' });
    expect(messages[0]?.text).toBe('Subject: x\r\n\r\nplain\r\n');
  });
});

describe('SMTPUTF8', () => {
  const header = 'Subject: Grüße\r\n\r\nx\r\n';

  it('is said to a host that knows it', async () => {
    const { commands, outcomes } = await relay(
      { extensions: ['8BITMIME', 'SMTPUTF8'] },
      header,
      { smtpUtf8: true },
      ['jürgen@far.example'],
    );
    expect(outcomes[0]).toMatchObject({ kind: 'relayed' });
    expect(commands).toContain('MAIL FROM:<ann@x.example> BODY=8BITMIME SMTPUTF8');
    expect(commands).toContain(`RCPT TO:<${Buffer.from('jürgen').toString('latin1')}@far.example>`);
  });

  it('that a host lacks is needed for headers and addresses', async () => {
    const host: SinkScript = { extensions: ['8BITMIME'] };
    expect((await relay(host, header, { smtpUtf8: true })).outcomes[0]).toMatchObject({
      kind: 'returned',
      reply: '550 5.6.7 Host does not take headers that are not ASCII',
    });
    const { outcomes, messages } = await relay(host, 'Subject: x\r\n\r\nx\r\n', { smtpUtf8: true }, [
      'bob@far.example',
      'jürgen@far.example',
    ]);
    expect(outcomes).toMatchObject([
      { kind: 'relayed' },
      { kind: 'returned', reply: '553 5.6.7 Host does not take addresses that are not ASCII' },
    ]);
    expect(messages[0]?.forwardPaths).toEqual(['bob@far.example']);
    expect(
      (await relay(host, 'Subject: x\r\n\r\nx\r\n', { reversePath: 'änn@x.example' })).outcomes[0],
    ).toMatchObject({ kind: 'returned' });
  });

  it('that a host lacks is not needed where everything happens to be ASCII', async () => {
    const { commands, outcomes } = await relay({ extensions: [] }, 'Subject: x\r\n\r\nx\r\n', {
      smtpUtf8: true,
    });
    expect(outcomes[0]).toMatchObject({ kind: 'relayed' });
    expect(commands).toContain('MAIL FROM:<ann@x.example>');
  });
});

describe('CHUNKING', () => {
  const host: SinkScript = { extensions: ['PIPELINING', '8BITMIME', 'CHUNKING'] };

  it('sends a text whole, without dots and without a final one', async () => {
    const text = '.\r\n..\r\nx\r\n.\r\n';
    const { commands, messages } = await relay(host, text);
    expect(commands).not.toContain('DATA');
    expect(messages).toMatchObject([{ text, chunks: [text.length] }]);
  });

  it('never sends a bare CR or LF, and ends with a line end', async () => {
    const { messages } = await relay(host, 'a\nb\rc\r\r\nd\r\n.\r\r\ne');
    expect(messages[0]?.text).toBe('a\r\nb\r\nc\r\n\r\nd\r\n.\r\n\r\ne\r\n');
  });

  it('sends a long text in chunks', async () => {
    await using sink = await startSink(host);
    await using rig = await startRig({ dns, port: sink.port });
    const bytes = Buffer.from(`Subject: x\r\n\r\n${`${'x'.repeat(98)}\r\n`.repeat(9_000)}`);
    const writer = rig.spool.create();
    await writer.write(bytes);
    const text = { kind: 'file', spoolId: await writer.commit(), sizeBytes: bytes.length } as const;
    const { recipients } = await rig.run(rig.assignment(['bob@far.example'], undefined, { text }));
    expect(recipients[0]?.outcome).toMatchObject({ kind: 'relayed' });
    expect(sink.messages[0]?.text).toBe(bytes.toString());
    expect(sink.messages[0]?.chunks.length).toBeGreaterThan(2);
  });

  it.each([
    ['the only chunk', 'Subject: x\r\n\r\nx\r\n', { afterData: () => '554 5.6.0 no' }],
    [
      'a chunk in the middle',
      `Subject: x\r\n\r\n${'x'.repeat(90)}\r\n`.repeat(20_000),
      { reply: (command: string) => (/^BDAT \d+$/.test(command) ? '554 5.6.0 no' : undefined) },
    ],
  ] as [string, string, SinkScript][])(
    'may be refused at %s, and the session goes on',
    async (_name, text, script) => {
      await using sink = await startSink({ ...host, ...script });
      await using rig = await startRig({ dns, port: sink.port });
      const writer = rig.spool.create();
      await writer.write(Buffer.from(text));
      const file = { kind: 'file', spoolId: await writer.commit(), sizeBytes: text.length } as const;
      const { recipients } = await rig.run(rig.assignment(['bob@far.example'], undefined, { text: file }));
      expect(recipients[0]?.outcome).toMatchObject({ kind: 'returned', reply: '554 5.6.0 no' });
      expect(sink.commands.at(-1)).toBe('RSET');
      await rig.run(rig.assignment(['bob@far.example']));
      expect(sink.sessions).toBe(1);
    },
  );

  it('sends nothing when nobody is accepted', async () => {
    const reply = (command: string): string | undefined =>
      command.startsWith('RCPT') ? '550 no' : undefined;
    const { commands, outcomes } = await relay({ ...host, reply }, 'x\r\n');
    expect(outcomes).toEqual([{ kind: 'returned', reply: '550 no' }]);
    expect(commands.some((each) => each.startsWith('BDAT'))).toBe(false);
  });
});
