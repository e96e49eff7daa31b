/** Texts of the message file that are shown without a prefix. FAO writes `!/` as CR LF; a session's lines end in LF. */
import { condition, type FaoArgument, type MessageDefinition } from '../../condition/index.ts';

export const screenText = (definition: MessageDefinition, ...args: FaoArgument[]): string =>
  condition(definition, ...args).text.replaceAll('\r\n', '\n');

export const screenTextLines = (definition: MessageDefinition, ...args: FaoArgument[]): readonly string[] =>
  screenText(definition, ...args).split('\n');
