/** Qualifiers that build a selection: DIRECTORY, READ, SELECT, SET FOLDER. Source: vms-mail.md §2.0.2. */
import type { ParsedCommand, QualifierDefinition } from '../../../command-definition/index.ts';
import type { SelectionCriteria } from '../../../ports/mail-store.ts';
import { parseVmsTime } from '../../../vms-time/index.ts';

const text: QualifierDefinition = { negatable: false, value: { required: true } };
const time: QualifierDefinition = { negatable: false, value: { type: '$DATETIME', default: 'TODAY' } };

export const selectionQualifiers: Readonly<Record<string, QualifierDefinition>> = {
  BEFORE: { ...time, summary: 'messages received before the time' },
  CC_SUBSTRING: { ...text, summary: 'messages with this text in CC:' },
  FROM_SUBSTRING: { ...text, summary: 'messages with this text in From:' },
  MARKED: { summary: 'marked messages' },
  NEW: { negatable: false, summary: 'new messages, in folder NEWMAIL' },
  REPLIED: { summary: 'messages that were answered' },
  SINCE: { ...time, summary: 'messages received at the time or later' },
  SUBJECT_SUBSTRING: { ...text, summary: 'messages with this text in Subj:' },
  TO_SUBSTRING: { ...text, summary: 'messages with this text in To:' },
};

/** Undefined when none of them was given. */
export function selectionCriteria(command: ParsedCommand, now: number): SelectionCriteria | undefined {
  const instant = (label: string): number | undefined =>
    command.present(label) ? parseVmsTime(command.value(label) ?? 'TODAY', now) : undefined;
  const flag = (label: string): boolean | undefined =>
    command.present(label) ? true : command.negated(label) ? false : undefined;
  const criteria: SelectionCriteria = {
    before: instant('BEFORE'),
    since: instant('SINCE'),
    from: command.value('FROM_SUBSTRING'),
    to: command.value('TO_SUBSTRING'),
    cc: command.value('CC_SUBSTRING'),
    subject: command.value('SUBJECT_SUBSTRING'),
    marked: flag('MARKED'),
    replied: flag('REPLIED'),
    new: command.present('NEW') ? true : undefined,
  };
  return Object.values(criteria).some((each) => each !== undefined) ? criteria : undefined;
}
