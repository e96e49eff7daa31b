/**
 * What a stranger can learn of who is here, by answers and by the time they take: nothing by VRFY and EXPN; by RCPT what its reply
 * says, and nothing at all where Symbiont-Checks-Deliverability is on. Real sockets, a real node; medians of interleaved questions.
 */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryResolver } from '../../src/adapters/memory/resolver.ts';
import { type Fixture, startFixture } from '../support/node-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture(['SMITH', 'JONES'], {
    nodeName: 'HEARTS',
    hostName: 'hearts.example',
    ports: { SMTP: 0 },
    resolver: createMemoryResolver({}),
  });
  await fixture.mail('JONES', 'SET FORWARD SMITH\n');
  const { systemStore } = fixture.node;
  await systemStore.putSetting('Good-Clients', '10.0.0.1');
  await systemStore.putSetting('Symbiont-Checks-Deliverability', 'TRUE');
  await systemStore.putSetting('Client-Recipient-Rate', '0');
  await systemStore.putSetting('Client-Message-Rate', '0');
});
afterAll(() => fixture?.[Symbol.asyncDispose]());

async function session(): Promise<(line: string) => Promise<string>> {
  const socket: Socket = connect(fixture.node.port('SMTP'), '127.0.0.1');
  socket.setEncoding('latin1');
  socket.setNoDelay(true);
  const answer = (): Promise<string> => new Promise((resolve) => socket.once('data', resolve));
  await answer();
  return (line) => {
    const said = answer();
    socket.write(`${line}\r\n`);
    return said;
  };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Medians in microseconds, asked in turn so that what slows one slows the other. */
async function times(
  say: (line: string) => Promise<string>,
  questions: readonly string[],
  rounds: number,
): Promise<readonly number[]> {
  const taken: number[][] = questions.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, question] of questions.entries()) {
      const before = performance.now();
      await say(question);
      if (round > rounds / 5) taken[index]?.push((performance.now() - before) * 1_000);
    }
  }
  return taken.map(median);
}

describe('a stranger', () => {
  test('hears the same of everybody by VRFY and EXPN', async () => {
    const say = await session();
    await say('HELO me');
    for (const verb of ['VRFY', 'EXPN']) {
      const answers = new Set<string>();
      for (const name of ['smith', 'jones', 'nobody', 'system']) answers.add(await say(`${verb} ${name}`));
      expect(answers.size).toBe(1);
    }
  });

  test('hears the same of everybody by RCPT, in the same time', async () => {
    const say = await session();
    await say('HELO me');
    await say('MAIL FROM:<a@b.example>');
    const names = ['smith', 'jones', 'nobody', 'no-such-user'];
    for (const name of names) expect(await say(`RCPT TO:<${name}@hearts.example>`)).toMatch(/^250 /);
    const medians = await times(
      say,
      names.map((name) => `RCPT TO:<${name}@hearts.example>`),
      400,
    );
    process.stdout.write(
      `RCPT, median: ${names.map((name, index) => `${name} ${medians[index]!.toFixed(0)} us`).join(', ')}\n`,
    );
    // The machine is shared; a look-up that only some need would show as a multiple.
    expect(Math.max(...medians)).toBeLessThan(Math.min(...medians) * 1.5);
  });
});
