/** A long queue on a node of real processes; `npm run bench -- queue` measures it with a million entries. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { comeDue, DESTINATION, fillQueue } from '../../bench/long-queue.ts';
import { startLoad } from '../../bench/smtp-load.ts';
import { openMailStore } from '../../src/adapters/sqlite/mail-store/index.ts';
import { openQueueStore } from '../../src/adapters/sqlite/queue-store/index.ts';
import { createProcessNode, freePort, vmsmail } from '../support/process-node.ts';

const ENTRIES = 10_000;

it('is listed, sent, deleted and comes due all at once in bounded memory, and new mail is delivered all the while', async () => {
  // Nobody listens there.
  await using node = await createProcessNode({ users: ['USER'], remotePort: await freePort() });
  const open = () => openQueueStore(node.paths.queueDatabase);
  const filled = open();
  const queue = await fillQueue(filled, ENTRIES, Date.now());
  await filled.close();
  await node.start();
  await node.whole();
  const dcl = async (command: string): Promise<string> => {
    const { stdout, stderr } = await vmsmail(
      ['dcl', command, '--root', node.root, '--user', 'SYSTEM'],
      120_000,
    );
    return stdout + stderr;
  };
  const count = (text: string, what: RegExp): number => [...text.matchAll(what)].length;
  const summary = () => dcl('SHOW QUEUE/SUMMARY');
  expect(await summary()).toContain('900 holding, 100 retained, 9000 timed release');

  const load = startLoad({
    port: node.smtpPort,
    forwardPath: 'user@hearts.example',
    sessions: 2,
    pauseMs: 20,
  });
  const listing = await dcl('SHOW QUEUE/ALL TCPIP$SMTP_HEARTS_00');
  expect(count(listing, /Holding until/g)).toBe(queue.deferred);
  expect(count(listing, /Retained on error/g)).toBe(100);
  const ours = `/DESTINATION="${DESTINATION}"`;
  expect(count(await dcl(`TCPIP SHOW MAIL${ours}`), /Queue Entry/g)).toBe(queue.forDestination);
  expect(await dcl(`TCPIP SEND MAIL${ours}`)).toBe('');
  // The first attempts tell that the host is down still: it is left alone, and the rest waits without an attempt of its own.
  await expect
    .poll(
      async () => {
        const shown = await dcl(`TCPIP SHOW MAIL/FULL${ours}`);
        return [count(shown, /Status: Holding until/g), count(shown, /Waiting, 2 attempts/g) > 0];
      },
      { timeout: 60_000 },
    )
    .toEqual([queue.forDestination, true]);
  expect(await dcl(`TCPIP REMOVE MAIL${ours}/NOCONFIRM`)).toBe('');
  expect(await dcl(`TCPIP SHOW MAIL${ours}`)).toContain('NORECORD');
  expect(await summary()).toContain('900 holding, 100 retained, 8000 timed release');
  let accepted = (await load.stop()).accepted;

  await node.stop();
  const due = open();
  await comeDue(due, queue, Date.now());
  await due.close();
  await node.start();
  const { processes } = await node.whole();
  const more = startLoad({ port: node.smtpPort, forwardPath: 'user@hearts.example', sessions: 2 });
  // While it comes, retries keep back.
  await expect.poll(() => more.accepted, { timeout: 30_000 }).toBeGreaterThan(50);
  accepted += (await more.stop()).accepted;
  expect(await node.drained(120_000)).toBe(true);
  const mail = openMailStore({ file: node.paths.mailDatabase, textDirectory: node.paths.mailDirectory });
  await expect
    .poll(async () => (await mail.profile('USER'))?.newMailCount, { timeout: 30_000 })
    .toBe(accepted);
  await mail.close();
  expect(await summary()).toContain('900 holding, 100 retained, 8000 timed release');
  for (const { name, pid } of processes) {
    const peakKiB = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    expect(peakKiB / 1024, name).toBeLessThan(300);
  }
}, 240_000);
