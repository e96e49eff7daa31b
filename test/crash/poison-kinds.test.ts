/**
 * Messages that bring out a bug of the symbiont, whatever the bug does and wherever it reads the message: set aside with a reason, and
 * the queue goes on. Real processes; poison.test.ts has one that dies as it opens the text.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProcessNode, type ProcessNode } from '../support/process-node.ts';
import { SmtpLine } from '../support/smtp-line.ts';
import { programWithBug } from './program-with-bug.ts';

const user = 'adams@hearts.example';

test.each([
  ['a header that kills it', user, 'Subject: Poison-Dies', /%QMAN-W-POISON/],
  ['an address that kills it', 'anne@Poison-Dies.example', 'Subject: x', /%QMAN-W-POISON/],
  ['a header that it never comes to the end of', user, 'Subject: Poison-Hangs', /%QMAN-W-POISON/],
  ['a header that it fails on', user, 'Subject: Poison-Throws', /retained on error: poisoned/],
])(
  '%s is set aside, and the queue goes on',
  async (_, forwardPath, field, told) => {
    using program = await programWithBug(
      'smtp-symbiont-image.js',
      join(import.meta.dirname, 'poison-bug.cjs'),
    );
    await using node = await createProcessNode({ users: ['ADAMS'], through: program.through });
    expect(await node.start()).toMatchObject({ status: 0 });
    await node.whole();
    await send(node, forwardPath, field);
    for (let count = 0; count < 3; count++) await send(node, user, 'Subject: behind it');
    await expect
      .poll(async () => (await node.status())?.queues.some(({ retained }) => retained === 1), WAIT)
      .toBe(true);
    expect(await node.drained(30_000)).toBe(true);
    expect(operatorLog(node)).toMatch(told);
    await send(node, user, 'Subject: after it');
    expect(await node.drained(30_000)).toBe(true);
    expect((await node.status())?.queues.reduce((sum, { retained }) => sum + retained, 0)).toBe(1);
    expect(await node.stop()).toMatchObject({ status: 0 });
    expect(operatorLog(node).match(new RegExp(told, 'g'))).toHaveLength(1);
  },
  180_000,
);

/** Two lives, each ended for want of a sign of it. */
const WAIT = { timeout: 120_000, interval: 100 };

async function send({ smtpPort }: ProcessNode, forwardPath: string, field: string): Promise<void> {
  const line = new SmtpLine(smtpPort);
  expect(await line.reply()).toMatch(/^220/);
  for (const command of [
    'EHLO client.example',
    'MAIL FROM:<sender@client.example>',
    `RCPT TO:<${forwardPath}>`,
  ])
    expect(await line.command(command)).toMatch(/^250/);
  expect(await line.command('DATA')).toMatch(/^354/);
  expect(await line.command(`${field}\r\n\r\nText\r\n.`)).toMatch(/^250/);
  line.close();
}

const operatorLog = ({ paths }: ProcessNode): string =>
  readFileSync(join(paths.root, 'SYSMGR', 'OPERATOR.LOG'), 'utf8');
