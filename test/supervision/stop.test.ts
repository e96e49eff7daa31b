/** How long a stop takes. */
import { expect, test } from 'vitest';
import { SmtpLine } from '../crash/load.ts';
import { createProcessNode, processesOf } from '../support/process-node.ts';

test('vmsmail stop waits at most 30 seconds for a client that does not finish', async () => {
  await using node = await createProcessNode({ users: ['JONES'] });
  expect((await node.start()).status).toBe(0);
  const line = new SmtpLine(node.smtpPort);
  await line.reply();
  for (const command of [
    'HELO client.example',
    'MAIL FROM:<a@client.example>',
    'RCPT TO:<jones@hearts.example>',
  ])
    await line.command(command);
  expect(await line.command('DATA')).toMatch(/^354/);
  const feeding = setInterval(() => line.write('more text\r\n'), 500);
  const began = performance.now();
  try {
    expect((await node.stop()).status).toBe(0);
    expect(processesOf(node.root)).toEqual([]);
  } finally {
    clearInterval(feeding);
    line.close();
  }
  const seconds = (performance.now() - began) / 1_000;
  expect(seconds).toBeGreaterThan(10);
  expect(seconds).toBeLessThan(31);
}, 60_000);
