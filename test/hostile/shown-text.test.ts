/** Whoever shows what strangers wrote makes it harmless in the same way: nothing steers a terminal, nothing hides. */
import { expect, test } from 'vitest';
import { processLog } from '../../src/adapters/node/process-log.ts';
import { systemClock } from '../../src/adapters/node/system-clock.ts';
import { condition, conditionLines } from '../../src/condition/index.ts';
import { announceAll } from '../../src/mail/delivery.ts';
import { MAIL } from '../../src/mail/index.ts';
import { directoryLine, headerLines } from '../../src/mail/shell/screens.ts';
import { mailFullLines } from '../../src/management/mail-display.ts';
import { recordLine } from '../../src/operator/intrusion-verbs.ts';
import { jobDetailLines, jobLines } from '../../src/operator/job-display.ts';
import { opcomBlock, userMessage } from '../../src/operator/opcom-message.ts';
import type { NewMessage } from '../../src/ports/mail-store.ts';
import type { EntryInfo } from '../../src/ports/queue-manager.ts';
import { createSymbiontLog } from '../../src/symbiont/symbiont-log.ts';

const hostile = 'a\x1b[2J\x9b31mb\u202ec\u200bd';
const harmless = 'a.[2J.31mb<U+202E>c<U+200B>d';

const screen = {
  number: 1,
  from: hostile,
  to: hostile,
  cc: hostile,
  subject: hostile,
  date: '8-OCT-2026 06:37:49.01',
};
const entry: EntryInfo = {
  entry: 1,
  jobName: hostile,
  userName: 'JONES',
  queueName: 'Q',
  state: 'pending',
  sizeBlocks: 1,
  sizeBytes: 1,
  submittedAt: 0,
  priority: 100,
  reversePath: hostile,
  source: hostile,
  errorText: hostile,
  fileSpecification: 'F',
  recipients: [{ index: 0, forwardPath: hostile, state: 'retry', attempts: 1, lastReply: hostile }],
};

async function notices(): Promise<string> {
  const texts: string[] = [];
  const deps = {
    announce: (_: string, text: string) => void texts.push(text),
    nodeName: 'HEARTS',
    clock: systemClock,
    noticesWithTime: async () => true,
  };
  await announceAll(deps, [{ owner: 'JONES', from: hostile } as NewMessage]);
  return texts.join('\n');
}
function symbiontLog(): string {
  const written: string[] = [];
  const log = createSymbiontLog({
    writeLines: (lines) => void written.push(lines),
    level: () => 1,
    now: () => 0,
  });
  log.block(1, () => [hostile]);
  return written.join('\n');
}
function nodeLog(): string {
  let written = '';
  processLog('TEST', 'info', (bytes) => {
    written += Buffer.from(bytes).toString();
    return bytes.byteLength;
  }).info({ address: hostile }, 'refused');
  // JSON writes ESC in letters of its own.
  return written.trimEnd().replaceAll('\\u001b', '.');
}

const places: readonly [string, () => string | Promise<string>][] = [
  ['DIRECTORY', () => directoryLine({ ...screen, from: 'X' }, false, 132)],
  ['READ', () => headerLines(screen).join('\n')],
  ['notices of new mail', notices],
  ['conditions', () => conditionLines(condition(MAIL.NOSUCHUSR, hostile)).join('\n')],
  ['TCPIP SHOW MAIL', () => mailFullLines(entry, 'ALL', { queues: [], closed: [] }, 132).join('\n')],
  ['SHOW ENTRY and SHOW QUEUE', () => [...jobLines(entry, true), ...jobDetailLines(entry)].join('\n')],
  ['OPCOM', () => opcomBlock(0, userMessage('X', 'HEARTS', hostile))],
  ['the log of the symbiont', symbiontLog],
  ['the log of the node', nodeLog],
];

test.each(places)('%s', async (_, shown) => {
  const text = await shown();
  expect(text).toContain(harmless);
  expect(text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202e]/);
});

test('SHOW INTRUSION shows what was typed as a user name', () => {
  const source = `192.0.2.7::${hostile}`;
  const line = recordLine({ class: 'NETWORK', source, count: 1, expires: 0, isIntruder: false });
  expect(line).toContain(`192.0.2.7::${harmless}`);
});
