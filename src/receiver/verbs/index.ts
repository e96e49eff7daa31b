/** All verbs of the receiver, by name. */
import { auth } from './auth.ts';
import { bdat } from './bdat.ts';
import { etrn } from './etrn.ts';
import { ehlo, helo, lhlo } from './hello.ts';
import { expn, helpVerb, vrfy } from './inquiry-verbs.ts';
import { mail } from './mail.ts';
import { rcpt } from './rcpt.ts';
import { data, noop, quit, rset, unimplemented } from './simple-verbs.ts';
import { startTls } from './starttls.ts';
import type { SmtpVerb } from './verb.ts';
import { xclient } from './xclient.ts';

const all: readonly SmtpVerb[] = [
  helo,
  ehlo,
  lhlo,
  startTls,
  auth,
  mail,
  rcpt,
  data,
  bdat,
  rset,
  noop,
  quit,
  vrfy,
  expn,
  etrn,
  xclient,
  helpVerb(() => all),
  ...unimplemented,
];

export const verbs: ReadonlyMap<string, SmtpVerb> = new Map(all.map((verb) => [verb.name, verb]));
