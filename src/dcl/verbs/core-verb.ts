/** Shorthand of the interpreter's own verbs. */
import { DCL, type VerbDefinition } from '../../command-definition/index.ts';
import { Condition } from '../../condition/index.ts';
import { goTo } from '../control-flow.ts';
import type { CoreContext } from '../verb.ts';

export type CoreVerb = VerbDefinition<CoreContext>;

/** $STATUS after a command of the interpreter itself. A routine that returns undefined leaves $STATUS alone. */
export const NORMAL: number = DCL.NORMAL.value;

/** `/ERROR=label`, `/END_OF_FILE=label`. */
export const labelQualifier = { negatable: false, value: { required: true } } as const;

/** `IN:` is IN. */
export const channelName = (text: string): string => text.toUpperCase().replace(/:$/, '');

/**
 * /ERROR=label, /END_OF_FILE=label: $STATUS is set, no message is shown, control goes to the label.
 * Without a label the condition is thrown.
 */
export async function orGoTo(
  { interpreter, level }: CoreContext,
  label: string | undefined,
  subject: unknown,
): Promise<undefined> {
  if (label === undefined || !(subject instanceof Condition)) throw subject;
  interpreter.status = subject.value;
  await goTo(level, label, DCL.USGOTO);
  return undefined;
}
