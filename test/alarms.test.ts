/** A whole node: what somebody has to come for reaches him by mail, and mail of alarms that nobody takes makes no alarm. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manualClock } from '../src/adapters/memory/manual-clock.ts';
import { createMemoryResolver } from '../src/adapters/memory/resolver.ts';
import { startFixture } from './support/node-fixture.ts';
import { startSink } from './support/smtp-sink.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

async function eventually(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('an alarm leaves by mail, once; that it was not taken is told to operators, and mailed to nobody', async () => {
  let answer: string | undefined;
  await using sink = await startSink({ reply: (command) => (/^RCPT/.test(command) ? answer : undefined) });
  const clock = manualClock(Date.now());
  const resolver = createMemoryResolver({ addresses: { 'far.example': ['127.0.0.1'] } });
  await using fixture = await startFixture([], { remotePort: sink.port, resolver, clock });
  const log = join(fixture.root, 'SYSMGR', 'OPERATOR.LOG');
  const operatorLog = (): string => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  const told = (pattern: RegExp): number => operatorLog().match(pattern)?.length ?? 0;
  const badFile = async (): Promise<void> => {
    const before = told(/is refused, the settings stay/g);
    writeFileSync(join(fixture.root, 'TCPIP$SMTP', 'TCPIP$SMTP.CONF'), `Nonsense-${before}: 20\n`);
    await eventually(() => told(/is refused, the settings stay/g) > before);
  };
  await badFile();
  clock.advance(HOUR_MS);
  expect(sink.messages).toHaveLength(0);

  await fixture.dcl('SYSTEM', 'TCPIP SET CONFIGURATION SMTP/ALARM_ADDRESS="ops@far.example"\n');
  await badFile();
  const passUntil = async (isThere: () => boolean): Promise<void> => {
    for (; !isThere(); clock.advance(MINUTE_MS)) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await passUntil(() => sink.messages.length > 0);
  expect(sink.messages.map(({ reversePath, forwardPaths }) => [reversePath, ...forwardPaths])).toEqual([
    ['', 'ops@far.example'],
  ]);
  expect(sink.messages[0]?.text).toMatch(/^Subject: HEARTS: .*TCPIP\$SMTP\.CONF;\d+ is refused/m);

  // About the same, soon after: not again. What nobody takes comes back to nobody.
  await badFile();
  answer = '550 5.1.1 no such user';
  for (let passed = 0; passed < 2; passed += 0.5) clock.advance(HOUR_MS / 2);
  expect(told(/Alarm \S+ undeliverable/g)).toBe(0);
  await passUntil(() => told(/Alarm \S+ undeliverable to <ops@far\.example>/g) > 0);
  for (let passed = 0; passed < 24; passed += 0.5) {
    clock.advance(HOUR_MS / 2);
    await fixture.queueIsEmpty();
  }
  expect(told(/Alarm \S+ undeliverable/g)).toBe(1);
  expect(sink.messages).toHaveLength(1);
});
