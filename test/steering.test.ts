/**
 * What an operator does with mail that waits: real mail in the queue of a whole node, a real SMTP server at the other end. Only
 * the clock and DNS are tables.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ManualClock, manualClock } from '../src/adapters/memory/manual-clock.ts';
import { createMemoryResolver } from '../src/adapters/memory/resolver.ts';
import { type Fixture, startFixture } from './support/node-fixture.ts';
import { type SmtpSink, startSink } from './support/smtp-sink.ts';

let sink: SmtpSink;
let node: Fixture;
let clock: ManualClock;
/** What the other host says to RCPT; undefined: 250. */
let refusal: string | undefined;
let dns: {
  mx: Record<string, { preference: number; exchange: string }[]>;
  addresses: Record<string, string[]>;
};

beforeEach(async () => {
  refusal = '451 4.2.0 come back later';
  sink = await startSink({ reply: (command) => (/^RCPT/i.test(command) ? refusal : undefined) });
  clock = manualClock(Date.UTC(1997, 1, 7, 1, 51, 14, 580));
  const here = ['127.0.0.1'];
  dns = { mx: {}, addresses: { 'far.example': here, 'near.example': here, 'relay.example': here } };
  node = await startFixture(['JONES', 'SMITH'], {
    clock,
    resolver: createMemoryResolver(dns),
    remotePort: sink.port,
  });
  const manager = (await node.node.systemStore.account('SYSTEM'))!;
  await node.node.systemStore.putAccount({
    ...manager,
    defaultPrivileges: ['SYSPRV', 'OPER', 'SYSNAM', 'TMPMBX', 'NETMBX'],
    privileges: ['SYSPRV', 'OPER', 'SYSNAM', 'TMPMBX', 'NETMBX'],
  });
});
afterEach(async () => {
  await node[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});

const submit = async (user: string, ...forwardPaths: readonly string[]): Promise<number> => {
  const { entry } = await node.node.queueManager.submit({
    envelope: { reversePath: `${user.toLowerCase()}@hearts.example`, forwardPaths },
    text: { kind: 'inline', bytes: Buffer.from('From: jones\r\nSubject: Steering\r\n\r\nHello\r\n') },
    userName: user,
  });
  return entry;
};
const system = { userName: 'SYSTEM', privileges: ['OPER'] };
const entries = () => node.node.queueManager.entries({ withRecipients: true, kind: 'mail' }, system);
/** Tried once, and waits. */
const waits = (count: number) =>
  expect
    .poll(async () => (await entries()).filter(({ state }) => state === 'holdingUntil').length)
    .toBe(count);
const tcpip = (command: string, user = 'SYSTEM') => node.dcl(user, `$ TCPIP ${command}\n`);
const noneIsLeft = () => expect.poll(async () => (await entries()).length).toBe(0);
const tried = (): number => sink.commands.filter((each) => /^RCPT/i.test(each)).length;
/** The bounce in the mail file of its reader. */
const newMail = (user: string) => node.mail(user, 'READ/NEW\nEXIT\n');

it('SHOW says of each recipient what became of it, and why the entry waits; its owner sees the same', async () => {
  await submit('JONES', 'a@far.example', 'smith@hearts.example');
  await waits(1);
  const shown = await tcpip('SHOW MAIL/FULL', 'JONES');
  expect(shown).toContain('  Reason: waits for its next attempt until  7-FEB-1997 02:21:14.58');
  expect(shown).toMatch(
    /Address: {2}a@far\.example\n {6}State: {2}Waiting, 1 attempt, next {2}7-FEB-1997 02:21:14\.58\n {6}Reply: {2}451 4\.2\.0 come back later/,
  );
  expect(shown).toMatch(/Address: {2}smith@hearts\.example\n {6}State: {2}Sent, 1 attempt/);
  const entry = await node.dcl('JONES', '$ SHOW ENTRY/FULL\n');
  expect(entry).toContain('         Reason: waits for its next attempt until  7-FEB-1997 02:21:14.58');
  expect(entry).toContain('           451 4.2.0 come back later');
  expect(await tcpip('SHOW MAIL/FULL', 'SMITH')).toContain('TCPIP-W-NORECORD');

  await node.dcl('JONES', '$ SET ENTRY/HOLD 1\n');
  expect(await tcpip('SHOW MAIL/FULL', 'JONES')).toContain('  Reason: held by JONES  7-FEB-1997 01:51:14.58');
  await tcpip('STOP MAIL');
  await node.dcl('JONES', '$ SET ENTRY/RELEASE 1\n');
  expect(await tcpip('SHOW MAIL/FULL', 'JONES')).toContain('  Reason: queue TCPIP$SMTP_HEARTS_00 is stopped');
});

it('SEND MAIL tries one entry, one destination, or everything', async () => {
  await submit('JONES', 'a@far.example', 'b@near.example');
  await submit('SMITH', 'c@far.example');
  await submit('SMITH', 'd@near.example');
  await waits(3);
  refusal = undefined;
  await tcpip('SEND MAIL/ENTRY=2');
  await sink.received(1);
  expect(sink.messages.at(-1)?.forwardPaths).toEqual(['c@far.example']);

  await tcpip('SEND MAIL/DESTINATION=far.example');
  await sink.received(2);
  expect(sink.messages.at(-1)?.forwardPaths).toEqual(['a@far.example']);
  await waits(2);
  expect((await entries()).map(({ entry }) => entry)).toEqual([1, 3]);

  await tcpip('SEND MAIL/NOCONFIRM');
  await sink.received(4);
  await noneIsLeft();
});

it('SEND MAIL/LAST_ATTEMPT tries once more and returns what cannot be delivered', async () => {
  await submit('JONES', 'a@far.example');
  await waits(1);
  const before = tried();
  await tcpip('SEND MAIL/ENTRY=1/LAST_ATTEMPT');
  await noneIsLeft();
  expect(tried()).toBe(before + 1);
  expect(await newMail('JONES')).toContain('451 4.2.0 come back later');

  await submit('JONES', 'b@far.example');
  await waits(1);
  refusal = undefined;
  await tcpip('SEND MAIL/NOCONFIRM/LAST_ATTEMPT');
  await sink.received(1);
  await noneIsLeft();
});

it('REMOVE MAIL/DESTINATION takes mail off for one destination, for whom else it waits it stays', async () => {
  await submit('JONES', 'a@far.example');
  await submit('JONES', 'b@far.example', 'c@near.example');
  await submit('JONES', 'd@near.example');
  await waits(3);
  await tcpip('REMOVE MAIL/DESTINATION=*.nowhere/NOCONFIRM');
  expect((await entries()).map(({ entry }) => entry)).toEqual([1, 2, 3]);
  await tcpip('REMOVE MAIL/DESTINATION=FAR.*/NOCONFIRM');
  expect((await entries()).map(({ entry }) => entry)).toEqual([2, 3]);
  expect(await tcpip('SHOW MAIL/FULL/ENTRY=2')).toMatch(
    /b@far\.example\n {6}State: {2}.*\n {6}Reply: {2}removed by SYSTEM/,
  );
  expect(await tcpip('REMOVE MAIL/DESTINATION=far.example/NOCONFIRM')).toContain('TCPIP-W-NORECORD');
  const before = tried();
  refusal = undefined;
  await tcpip('SEND MAIL/NOCONFIRM');
  await noneIsLeft();
  expect(tried()).toBe(before + 2);
  expect(await newMail('JONES')).not.toContain('Steering');
});

it('REMOVE MAIL/RETURN returns mail without another attempt; its owner may, nobody else', async () => {
  await submit('JONES', 'a@far.example', 'smith@hearts.example');
  await waits(1);
  const before = tried();
  expect(await tcpip('REMOVE MAIL/RETURN/NOCONFIRM', 'SMITH')).toContain('TCPIP-W-NORECORD');
  expect(await tcpip('REMOVE MAIL JONES/RETURN/NOCONFIRM', 'SMITH')).toContain('SYSTEM-F-NOPRIV');
  await tcpip('REMOVE MAIL/RETURN/NOCONFIRM', 'JONES');
  await noneIsLeft();
  expect(tried()).toBe(before);
  const bounce = await newMail('JONES');
  expect(bounce).toContain('554 5.0.0 returned to its sender by JONES');
  expect(bounce).not.toContain('smith@hearts.example');
});

it('a closed destination is not tried and returns nothing, until it is opened', async () => {
  await tcpip('STOP MAIL/DESTINATION=far.example');
  await submit('JONES', 'a@far.example', 'b@near.example');
  await waits(1);
  expect(sink.commands.filter((each) => /far\.example/.test(each))).toEqual([]);
  expect(await tcpip('SHOW MAIL/FULL', 'JONES')).toMatch(
    /Address: {2}a@far\.example\n {6}State: {2}Waiting, destination far\.example was closed by SYSTEM {2}7-FEB-1997\s+01:51:14\.58/,
  );
  // Past the maximum interval, too: b is returned, a waits on.
  for (let hour = 0; hour < 80; hour++) {
    clock.advance(3_600_000);
    await waits(1);
  }
  expect((await entries())[0]?.recipients?.map(({ state, attempts }) => [state, attempts > 0])).toEqual([
    ['retry', false],
    ['failed', true],
  ]);
  expect(await tcpip('SHOW MAIL/FULL', 'JONES')).toContain(
    '  Reason: destination far.example was closed by SYSTEM',
  );
  expect(await tcpip('START MAIL/DESTINATION=near.example')).toContain('TCPIP-W-NORECORD');
  refusal = undefined;
  await tcpip('START MAIL/DESTINATION=far.example');
  await sink.received(1);
  expect(sink.messages[0]?.forwardPaths).toEqual(['a@far.example']);
  await noneIsLeft();
}, 30_000);

it('SET MX_RECORD redirects mail that waits, with its next attempt', async () => {
  dns.addresses['gone.example'] = ['127.0.0.3'];
  await submit('JONES', 'a@gone.example');
  await waits(1);
  refusal = undefined;
  expect(await tcpip('SET MX_RECORD gone.example/GATEWAY=relay.example/PREFERENCE=10')).not.toContain('%');
  await tcpip('SEND MAIL/DESTINATION=gone.example');
  await sink.received(1);
  expect(sink.messages[0]?.forwardPaths).toEqual(['a@gone.example']);
  await noneIsLeft();
});

it('a gateway, a local host and an alias count with the next attempt of mail that waits', async () => {
  dns.addresses['gone.example'] = ['127.0.0.3'];
  await submit('JONES', 'a@gone.example');
  await waits(1);
  refusal = undefined;
  await tcpip('SET CONFIGURATION SMTP/GATEWAY=ALTERNATE=relay.example');
  await tcpip('SEND MAIL/ENTRY=1');
  await sink.received(1);
  await noneIsLeft();
  await tcpip('SET CONFIGURATION SMTP/GATEWAY=NOALTERNATE');

  // A name that DNS does not know now.
  Object.assign(dns.mx, { 'vax.example': 'temporary' });
  await submit('JONES', 'b@vax.example');
  await waits(1);
  Object.assign(dns.mx, { 'vax.example': undefined });
  await tcpip('SET HOST "vax.example"/ADDRESS=127.0.0.1');
  await tcpip('SEND MAIL/ENTRY=2');
  await sink.received(2);
  await noneIsLeft();

  refusal = '451 4.2.0 come back later';
  await submit('JONES', 'smith@far.example');
  await waits(1);
  writeFileSync(join(node.root, 'TCPIP$SMTP', 'TCPIP$SMTP_LOCAL_ALIASES.TXT'), 'far.example\n');
  clock.advance(6_000);
  await tcpip('SEND MAIL/ENTRY=3');
  await noneIsLeft();
  expect(await newMail('SMITH')).toContain('Steering');
});

it('/TRACE, /NOSEY and /LOG_LINE_NUMBERS write to the log of the symbiont', async () => {
  const log = (): string => readFileSync(join(node.root, 'TCPIP$SMTP', 'TCPIP$SMTP_LOGFILE.LOG'), 'latin1');
  await submit('JONES', 'a@far.example');
  await waits(1);
  await expect.poll(log).toContain('SUBJECT:<omitted>');
  expect(log()).not.toContain('RCPT TO:');
  await tcpip('SET CONFIGURATION SMTP/TRACE/NOSEY/LOG_LINE_NUMBERS');
  await submit('JONES', 'a@near.example');
  await waits(2);
  await expect.poll(log).toMatch(/\d{6} >>>RCPT TO:<a@near\.example>/);
  await expect.poll(log).toMatch(/\d{6} {3}SUBJECT: Steering/);
});

it('refuses what it could only do to more mail than was meant', async () => {
  for (const command of [
    'SEND MAIL/LAST_ATTEMPT/AFTER=TOMORROW',
    'SEND MAIL/LAST_ATTEMPT/DESTINATION=far.example',
    'REMOVE MAIL/RETURN/DESTINATION=far.example',
  ])
    expect(await tcpip(command)).toContain('%CLI-W-CONFLICT');
});
