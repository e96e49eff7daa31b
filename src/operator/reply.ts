/**
 * REPLY: enables a terminal for operator messages, and sends messages to terminals. REQUEST: sends one to operators.
 * Source: queues.md §15; the first line of a message to a terminal as OpenVMS systems show it.
 */
import { DCL, defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { Condition, SYSTEM, signal } from '../condition/index.ts';
import { type OperatorClass, operatorClasses } from '../ports/operator-communication.ts';
import type { TerminalRegistration } from '../ports/terminal-registry.ts';
import type { VerbContext } from '../system/image.ts';
import { formatTime } from '../vms-time/index.ts';
import type { OperatorDeps } from './deps.ts';
import { OPCOM } from './messages.ts';

const LONGEST_REPLY = 511;
const LONGEST_REQUEST = 128;

const classes = {
  list: true,
  keywords: Object.fromEntries(operatorClasses.map((each) => [each, {}])),
} as const;
const message = [{ label: 'MESSAGE', prompt: 'Message', required: true }] as const;

export const replyVerbs = (deps: OperatorDeps) => [
  defineVerb<VerbContext>({
    name: 'REPLY/ENABLE',
    summary: 'Makes your terminal one that gets operator messages.',
    source: 'DCL Dictionary, REPLY/ENABLE',
    privilege: 'OPER; SECURITY for that class',
    qualifiers: { ENABLE: { negatable: false, value: classes } },
    async routine(command, context) {
      requireOper(context);
      const hasSecurity = context.process.privileges.has('SECURITY');
      const wanted = chosen(command, 'ENABLE');
      if (wanted?.includes('SECURITY') && !hasSecurity) signal(SYSTEM.NOPRIV);
      const enabled = wanted ?? operatorClasses.filter((each) => each !== 'SECURITY' || hasSecurity);
      return setClasses(deps, (before) => [...new Set([...before, ...enabled])]);
    },
  }),
  defineVerb<VerbContext>({
    name: 'REPLY/DISABLE',
    summary: 'Ends operator messages on your terminal, or those of some classes.',
    source: 'DCL Dictionary, REPLY/DISABLE',
    privilege: 'OPER',
    qualifiers: { DISABLE: { negatable: false, value: classes } },
    async routine(command, context) {
      requireOper(context);
      const disabled = chosen(command, 'DISABLE') ?? operatorClasses;
      if (deps.operatorTerminal.classes.length === 0) signal(OPCOM.NOTENABLED);
      return setClasses(deps, (before) => before.filter((each) => !disabled.includes(each)));
    },
  }),
  defineVerb<VerbContext>({
    name: 'REPLY/STATUS',
    summary: 'Shows the classes of operator messages your terminal gets.',
    source: 'DCL Dictionary, REPLY/STATUS',
    privilege: 'OPER',
    async routine(_command, context) {
      requireOper(context);
      if (deps.operatorTerminal.classes.length === 0) signal(OPCOM.NOTENABLED);
      return setClasses(deps, (before) => before);
    },
  }),
  defineVerb<VerbContext>({
    name: 'REPLY',
    summary: 'Sends a message to terminals.',
    source: 'DCL Dictionary, REPLY',
    privilege: 'OPER',
    parameters: message,
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
  }),
  defineVerb<VerbContext>({
    name: 'REQUEST',
    summary: 'Sends a message to operators.',
    source: 'DCL Dictionary, REQUEST',
    parameters: message,
    qualifiers: {
      TO: { negatable: false, value: { ...classes, required: true }, summary: 'default: CENTRAL' },
    },
    async routine(command, { process }) {
      const text = checkedText(command, LONGEST_REQUEST);
      await requireNode(deps);
      for (const each of chosen(command, 'TO') ?? (['CENTRAL'] as const))
        deps.operator.operatorMessage(each, process.account.userName, text);
      return SYSTEM.NORMAL.value;
    },
  }),
];

function requireOper({ process }: VerbContext): void {
  if (!process.privileges.has('OPER')) signal(SYSTEM.NOPRIV);
}

/** OPCOM runs in the queue manager's process. */
async function requireNode({ queueManager }: OperatorDeps): Promise<void> {
  await queueManager().catch(() => signal(OPCOM.NOOPCOM));
}

/** The classes named by a qualifier; undefined where it names none. */
function chosen(command: ParsedCommand, qualifier: string): readonly OperatorClass[] | undefined {
  const values = command.values(qualifier);
  return values.length === 0 ? undefined : operatorClasses.filter((each) => values.includes(each));
}

/** OPCOM itself says on the terminal what has changed. */
async function setClasses(
  deps: OperatorDeps,
  change: (before: readonly OperatorClass[]) => readonly OperatorClass[],
): Promise<number> {
  await requireNode(deps);
  const registration: TerminalRegistration =
    (await deps.operatorTerminal.registration()) ?? signal(OPCOM.NOTERM);
  deps.operatorTerminal.classes = change(deps.operatorTerminal.classes);
  await registration.enableOperator(deps.operatorTerminal.classes);
  return SYSTEM.NORMAL.value;
}

function checkedText(command: ParsedCommand, longest: number): string {
  const text = command.value('MESSAGE')!;
  if (text.length > longest) throw new Condition(DCL.TKNOVF);
  return text;
}

/** `Reply received on HEARTS from user SYSTEM at _FTA12:   14:20:30` and the text below it. */
function replyText(text: string, command: ParsedCommand, { process }: VerbContext): string {
  const what = command.present('SHUTDOWN')
    ? 'SHUTDOWN message'
    : command.present('URGENT')
      ? 'URGENT message'
      : 'Reply received';
  const place =
    process.terminal === undefined ? 'Batch' : `_${process.terminal.deviceName.replace(/^_/, '')}`;
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
