/** What the command interpreter says of a command, as the prompt or the utility prints it that parses with the same engine. */
import { Condition } from '../condition/index.ts';
import { CLI, type CliMessageIdent, DCL } from './cli-messages.ts';

export type CliFacility = 'DCL' | 'CLI';

/** Makes the condition to throw; `token` is the rejected piece of the line, echoed as ` \\token\\`. */
export type Reject = (ident: CliMessageIdent, token?: string) => Condition;

export const rejecter =
  (facility: CliFacility): Reject =>
  (ident, token) =>
    new Condition((facility === 'CLI' ? CLI : DCL)[ident], [], token === undefined ? {} : { token });

/** A DCL condition printed with the prefix CLI (same value, arguments and token); any other is returned as it is. */
export function asCli(subject: Condition): Condition {
  const definition = CLI[subject.ident as CliMessageIdent];
  if (subject.definition.facility !== 'DCL' || definition === undefined) return subject;
  return new Condition(definition, subject.args, {
    secondary: subject.secondary,
    ...(subject.token === undefined ? {} : { token: subject.token }),
  });
}
