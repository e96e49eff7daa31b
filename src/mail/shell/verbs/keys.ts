/** DEFINE/KEY and SHOW KEY of MAIL; it has no DELETE/KEY and no SET KEY. Source: vms-mail.md §2.7, §3.8. */
import type { VerbDefinition } from '../../../command-definition/index.ts';
import { condition, SYSTEM } from '../../../condition/index.ts';
import { createKeyVerbs, editingKeys, type KeyDefinition } from '../../../key-definition/index.ts';
import { MAIL, SCREEN } from '../../index.ts';
import type { MailSession } from '../mail-session.ts';
import { screenText } from '../screen-text.ts';

const verbs = createKeyVerbs<MailSession>({
  keys: (session) => session.keys,
  writeLine: (session, text) => session.write(text),
  // MAIL says nothing of what was defined.
  told: async () => {},
  unknownKey: (name) => condition(MAIL.INVKEYNAM, name),
  fixedKey: (name) => condition(MAIL.KEYNOTDEF, name),
  // No message of MAIL says so.
  undefinedKey: () => undefined,
  badState: (name) => condition(MAIL.BADVALUE, name),
  isFixed: (key) => editingKeys.has(key),
  describe,
  status: SYSTEM.NORMAL.value,
});

export const keyVerbs: readonly VerbDefinition<MailSession>[] = verbs.filter(({ name }) =>
  ['DEFINE/KEY', 'SHOW KEY'].includes(name),
);

function describe({ echo, terminate, setState, lock }: KeyDefinition): string {
  return [
    echo ? screenText(SCREEN.SHOWKEY40) : 'noecho',
    ...(terminate ? [screenText(SCREEN.SHOWKEY50)] : []),
    ...(setState === undefined ? [] : [screenText(SCREEN.SHOWKEY60, setState)]),
    ...(lock ? [screenText(SCREEN.SHOWKEY70)] : []),
  ].join(',');
}
