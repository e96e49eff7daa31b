/** The commands of the POP server, by keyword. */
import { apop, auth } from './auth.ts';
import { loginVerbs } from './login.ts';
import { messageVerbs } from './messages.ts';
import type { PopVerb } from './verb.ts';
import { xtnd } from './xtnd.ts';

export const verbs: ReadonlyMap<string, PopVerb> = new Map<string, PopVerb>([
  ...Object.entries(loginVerbs),
  ...Object.entries(messageVerbs),
  ['AUTH', auth],
  ['APOP', apop],
  ['XTND', xtnd],
]);
