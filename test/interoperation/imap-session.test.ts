/** Three hundred and seventy commands to Dovecot and to us: the same answers, but for what imap-session.txt gives a reason for. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startDovecot, whyNoDovecot } from '../../bench/dovecot-instance.ts';
import { startImapRig } from '../support/imap-rig.ts';
import { parseSession, play } from './imap-session.ts';

const steps = parseSession(readFileSync(join(import.meta.dirname, 'imap-session.txt'), 'utf8'));
const why = whyNoDovecot();
if (why !== undefined) console.warn(`SKIPPED: our IMAP server beside Dovecot: ${why}`);

const told = (answers: readonly (readonly string[])[]): readonly string[] =>
  steps.map(({ session, command }, at) => [`${session}: ${command}`, ...answers[at]!].join('\n'));

test.skipIf(why !== undefined)(
  'a long session of commands is answered as Dovecot answers it',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'dovecot-'));
    const dovecot = await startDovecot(directory);
    const rig = await startImapRig();
    try {
      const theirs = await play(dovecot.port, steps);
      expect(told(theirs)).toEqual(
        told(steps.map(({ difference }, at) => difference?.theirs ?? theirs[at]!)),
      );
      expect(told(await play(rig.port, steps))).toEqual(
        told(steps.map(({ difference }, at) => difference?.ours ?? theirs[at]!)),
      );
    } finally {
      await rig.close();
      await dovecot.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  },
  120_000,
);
