/** Texts that begin otherwise than their file, wherever mail goes: what was accepted is what is delivered, relayed and returned. */
import { describe, expect, it } from 'vitest';
import { type SinkScript, startSink } from '../../test/support/smtp-sink.ts';
import { memorySpool, startRig } from '../../test/support/symbiont-rig.ts';
import type { MessageText, SpooledText } from '../ports/message-text.ts';
import type { OutgoingFields } from './remote/outgoing-fields.ts';

const dns = {
  mx: { 'far.example': [{ preference: 10, exchange: 'mx.far.example' }] },
  addresses: { 'mx.far.example': ['127.0.0.1'] },
};
const head = 'X-Checked: yes\r\nReturn-Path: <one@x>\r\nReceived: by us\r\n';
const replaced = 'Received: by us\r\nX-Checked: forged\r\n';
const rest = `Subject: long\r\nReturn-Path: <two@x>\r\nFrom: ann@x.example\r\n\r\n${'.123456789\r\n'.repeat(20_000)}`;
const without = (text: string): string => text.replaceAll(/^Return-Path: .*\r\n/gm, '');

type Rig = Awaited<ReturnType<typeof startRig>>;

async function spooled(spool: Rig['spool']): Promise<SpooledText> {
  const writer = spool.create();
  await writer.write(Buffer.from(replaced + rest));
  return {
    kind: 'file',
    spoolId: await writer.commit(),
    sizeBytes: head.length + rest.length,
    beginning: { head: Buffer.from(head), from: replaced.length },
  };
}

async function bytesOf(text: MessageText | undefined, spool: Rig['spool']): Promise<string> {
  if (text === undefined) throw new Error('there is no text');
  if (text.kind === 'inline') return Buffer.from(text.bytes).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of spool.read(text)) chunks.push(chunk);
  expect(Buffer.concat(chunks).byteLength).toBe(text.sizeBytes);
  return Buffer.concat(chunks).toString();
}

describe('a text that begins otherwise than its file', () => {
  it('comes to a user as it is, with his sender on top, without a copy of its file', async () => {
    await using rig = await startRig();
    const text = await spooled(rig.spool);
    await rig.run(rig.assignment(['jones@pluto.acme.com'], '', { text }));
    const [delivery] = rig.deliveries;
    expect(delivery).toMatchObject({ subject: 'long', text: { spoolId: text.spoolId } });
    const wanted = `Return-Path: <ann@x.example>\r\n${without(head + rest)}`;
    expect(await bytesOf(delivery?.text, rig.spool)).toBe(wanted);
    expect([...rig.spool.texts.keys()]).toEqual([text.spoolId]);
  });

  it.each<[string, SinkScript]>([
    ['DATA', { extensions: ['SIZE', '8BITMIME'] }],
    ['BDAT', { extensions: ['PIPELINING', 'SIZE', '8BITMIME', 'CHUNKING'] }],
  ])('is relayed as it is with %s, and its size is told', async (how, host) => {
    await using sink = await startSink(host);
    await using rig = await startRig({ dns, port: sink.port });
    const text = await spooled(rig.spool);
    const { recipients } = await rig.run(rig.assignment(['bob@far.example'], '', { text }));
    expect(recipients[0]?.outcome).toMatchObject({ kind: 'relayed' });
    const wanted = without(head + rest);
    expect(sink.messages[0]?.text).toBe(wanted);
    expect(sink.commands).toContain(`MAIL FROM:<ann@x.example> SIZE=${wanted.length} BODY=8BITMIME`);
    expect(sink.commands.some((each) => each.startsWith(how))).toBe(true);
  });

  it('is signed as it is', async () => {
    const signed: string[] = [];
    const fields = async ({ header, body }: Parameters<OutgoingFields['fields']>[0]): Promise<string> => {
      const chunks = [header];
      for await (const chunk of body()) chunks.push(chunk);
      signed.push(Buffer.concat(chunks).toString());
      return 'DKIM-Signature: x\r\n';
    };
    await using sink = await startSink();
    const outgoing = { isNeeded: () => true, signs: () => true, fields };
    await using rig = await startRig({ dns, port: sink.port, dependencies: { outgoing } });
    await rig.run(rig.assignment(['bob@far.example'], '', { text: await spooled(rig.spool) }));
    const wanted = without(head + rest);
    expect(signed[0]).toBe(wanted.replace('\r\n\r\n', '\r\n'));
    expect(sink.messages[0]?.text).toBe(`DKIM-Signature: x\r\n${wanted}`);
  });

  it('goes back as it is', async () => {
    await using rig = await startRig();
    const text = await spooled(rig.spool);
    const outcome = await rig.run(rig.assignment(['nobody@pluto.acme.com'], '', { text }));
    const bounce = await bytesOf(outcome.submissions?.[0]?.text, rig.spool);
    expect(bounce).toContain(`message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${head}${rest}`);
    const asked = { text, requests: { returnText: 'HDRS' as const } };
    const brief = await rig.run(rig.assignment(['nobody@pluto.acme.com'], '', asked));
    const headers = `${head}${rest}`.split('\r\n\r\n')[0]!;
    const returned = await bytesOf(brief.submissions?.[0]?.text, rig.spool);
    expect(returned).toMatch(/text\/rfc822-headers/);
    expect(returned).toContain(`\r\n\r\n${headers}\r\n\r\n--`);
  });

  it('is copied as it is for a list whose owner answers for it', async () => {
    const spool = memorySpool();
    const files = { 'STAFF.DIS': ['! Owner: smith', 'jones', 'bob@far.example'] };
    await using rig = await startRig({ files, dependencies: { spool } });
    const text = await spooled(spool);
    const known = { start: Buffer.from(`${head}${rest.split('\r\n\r\n')[0]}\r\n\r\n`), lines: 20_007 };
    const outcome = await rig.run(rig.assignment(['staff@pluto.acme.com'], '', { text: { ...text, known } }));
    await spool.remove(text.spoolId);
    const copy = outcome.submissions?.[0]?.text;
    expect(await bytesOf(copy, spool)).toBe(head + rest);
    expect(copy).toMatchObject({ known });
    expect(copy).not.toHaveProperty('beginning');
  });
});
