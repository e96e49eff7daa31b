/** What every adapter of the MailStore port does. vms-mail.md §4, §6.1; DESIGN §4, §5. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe } from 'vitest';
import { openSpool } from '../../../src/adapters/node/spool.ts';
import { systemClock } from '../../../src/adapters/node/system-clock.ts';
import type { MailStore } from '../../../src/ports/mail-store.ts';
import type { Spool } from '../../../src/ports/message-text.ts';
import { describeAgeing } from './ageing.ts';
import { describeMessages } from './messages.ts';
import { describeRoom } from './room.ts';
import { describeSpooledTexts } from './spooled-texts.ts';
import { describeTexts } from './texts.ts';

/** @param make  an empty store, for each test */
export function describeMailStore(name: string, make: (spool: Spool) => Promise<MailStore>): void {
  describe('with a spool', () => {
    let directory: string;
    let spool: Spool;
    beforeEach(async () => {
      directory = mkdtempSync(join(tmpdir(), 'contract-spool-'));
      spool = await openSpool(directory, systemClock);
    });
    afterEach(() => rmSync(directory, { recursive: true }));

    const empty = () => make(spool);
    describeMessages(name, empty);
    describeRoom(name, empty);
    describeAgeing(name, empty);
    describeTexts(name, empty);
    describeSpooledTexts(name, empty, () => spool);
  });
}
