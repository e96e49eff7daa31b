/**
 * REPLY: sends a message to terminals. Source: queues.md §15; the first line of a message as OpenVMS systems show it.
 */
import { defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import { physicalName } from '../system/device-name.ts';
import type { VerbContext } from '../system/image.ts';
import { formatTime } from '../vms-time/index.ts';
import type { OperatorDeps } from './deps.ts';
import { checkedText, requireNode, requireOper } from './reply-words.ts';

const LONGEST_REPLY = 511;

export const replyVerb = (deps: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'REPLY',
    summary: 'Sends a message to terminals.',
    source: 'DCL Dictionary, REPLY',
    privilege: 'OPER',
    parameters: [{ label: 'MESSAGE', prompt: 'Message', required: true }],
    qualifiers: {
      ALL: { negatable: false, summary: 'to every terminal' },
      BELL: { summary: 'with a bell; every message has one' },
      SHUTDOWN: { negatable: false, summary: 'a message of a shutdown' },
      TERMINAL: { negatable: false, value: { required: true, list: true }, summary: 'to these terminals' },
      URGENT: { negatable: false, summary: 'a message that is urgent' },
      USERNAME: {
        negatable: false,
        value: { list: true },
        summary: 'to the terminals of these users, or of all',
      },
    },
    disallow: [
      'NOT ALL AND NOT TERMINAL AND NOT USERNAME',
      'ANY2(ALL,TERMINAL,USERNAME)',
      'SHUTDOWN AND URGENT',
    ],
    async routine(command, context) {
      requireOper(context);
      const text = replyText(checkedText(command, LONGEST_REPLY), command, context);
      await requireNode(deps);
      const kind = command.present('SHUTDOWN') ? 'SHUTDOWN' : 'GENERAL';
      for (const to of addressees(command)) deps.operator.broadcast(to, kind, text);
      return SYSTEM.NORMAL.value;
    },
  });

/** `Reply received on HEARTS from user SYSTEM at _FTA12:   14:20:30` and the text below it. */
function replyText(text: string, command: ParsedCommand, { process }: VerbContext): string {
  const what = command.present('SHUTDOWN')
    ? 'SHUTDOWN message'
    : command.present('URGENT')
      ? 'URGENT message'
      : 'Reply received';
  const place = process.terminal === undefined ? 'Batch' : physicalName(process.terminal.deviceName);
  const time = formatTime(process.clock.now()).slice(12, 20);
  return `${what} on ${process.nodeName} from user ${process.account.userName} at ${place}   ${time}\n${text}`;
}

/** Users, terminals (`FTA12:`), or everybody. */
function addressees(command: ParsedCommand): readonly string[] {
  if (command.present('TERMINAL'))
    return command.values('TERMINAL').map((each) => `${each.replace(/:$/, '')}:`);
  const users = command.values('USERNAME');
  return users.length === 0 ? ['*'] : users;
}
