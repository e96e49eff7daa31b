/** A large mailbox at a real terminal; `npm run bench -- mailbox` measures it with a million messages. */
import { expect, it } from 'vitest';
import { fillMailbox, NEEDLE } from '../../bench/large-mailbox.ts';
import { converse } from '../../bench/terminal-steps.ts';
import { hasPython } from '../../bench/time-until.ts';
import { openMailStore } from '../../src/adapters/sqlite/mail-store/index.ts';
import { COMMAND, createProcessNode } from '../support/process-node.ts';

const MESSAGES = 50_000;

if (!hasPython()) console.warn('SKIPPED: python3 is not installed: no terminal to read a large mailbox on');
it.skipIf(!hasPython())(
  'is read, searched and left alone with Ctrl/C, in little memory',
  async () => {
    await using node = await createProcessNode({ users: ['SMITH'] });
    const store = openMailStore({ file: node.paths.mailDatabase, textDirectory: node.paths.mailDirectory });
    await fillMailbox(store, 'SMITH', MESSAGES);
    await store.close();
    const typed = (text: string, until: string) => ({ send: `${text}\r`, until: `${until}.*MAIL> ` });
    const { memoryMiB } = converse(
      [COMMAND, 'mail', '--root', node.root, '--user', 'SMITH'],
      [
        { send: '', until: 'MAIL> ' },
        typed('DIRECTORY', ' 1 SMTP.* 17 SMTP.*Press RETURN for more'),
        typed(`READ ${MESSAGES}`, `#${MESSAGES} .*This is message ${MESSAGES}`),
        typed('BACK', `#${MESSAGES - 1} `),
        typed(`DIRECTORY/START=${MESSAGES - 2}`, `${MESSAGES} SMTP`),
        typed('SELECT/SINCE=1-JUL-2025', '1\\d{4} messages selected'),
        typed('SELECT MAIL', `${MESSAGES} messages selected`),
        typed(`SEARCH ${NEEDLE}`, '#3 '),
        // Ctrl/C is for MAIL: the session goes on, and nothing is said about messages that were not looked at.
        { send: 'SEARCH nowhere\r', pause: 500, further: '\x03', until: 'Cancel((?!NOTFOUND).)*MAIL> ' },
        typed('SHOW FOLDER', 'Your current mail folder is MAIL'),
      ],
    );
    expect(memoryMiB).toBeLessThan(150);
  },
  60_000,
);
