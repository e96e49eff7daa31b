/** `DELETE 3,5,8-12`, `MARK/ALL`, or the message being read: what verbs about several messages share. */
import type {
  ParameterDefinition,
  ParsedCommand,
  QualifierDefinition,
} from '../../../command-definition/index.ts';
import type { Selection } from '../../index.ts';
import type { MailSession } from '../mail-session.ts';
import { parseNumberList } from '../number-list.ts';

export const messageNumbers = {
  parameters: [
    { label: 'NUMBERS', prompt: 'Message', value: { list: true }, summary: 'numbers of the messages' },
  ],
  qualifiers: { ALL: { negatable: false, summary: 'all messages selected' } },
} as const satisfies {
  readonly parameters: readonly ParameterDefinition[];
  readonly qualifiers: Readonly<Record<string, QualifierDefinition>>;
};

export interface ChosenMessages {
  readonly selection: Selection;
  readonly numbers: readonly number[];
  /** False: neither numbers nor /ALL were given, and it is the message being read. */
  readonly isNamed: boolean;
}

/** Signals INVRANGE and the like, NOTREADIN. */
export async function chosenMessages(command: ParsedCommand, session: MailSession): Promise<ChosenMessages> {
  const numbers = parseNumberList(command.values('NUMBERS'));
  if (!command.present('ALL') && numbers.length === 0) {
    const { selection, number } = session.current();
    return { selection, numbers: [number], isNamed: false };
  }
  const selection = await session.selection();
  return { selection, numbers: command.present('ALL') ? selection.numbers() : numbers, isNamed: true };
}
