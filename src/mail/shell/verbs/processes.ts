/** SPAWN and ATTACH. They say nothing of the processes, as LIB$SPAWN does not. Source: vms-mail.md §2.2, §2.34. */
import { defineVerb, type ParsedCommand, type VerbDefinition } from '../../../command-definition/index.ts';
import { signal } from '../../../condition/index.ts';
import type { AttachTarget } from '../../../ports/subprocesses.ts';
import { MAIL } from '../../index.ts';
import { requireFreeAccount } from '../editor.ts';
import type { MailSession } from '../mail-session.ts';

const spawn = defineVerb<MailSession>({
  name: 'SPAWN',
  summary: 'Runs a command of DCL, or gives you a prompt of DCL until you log out there.',
  source: 'vms-mail.md §2.34',
  parameters: [
    {
      label: 'COMMAND',
      prompt: 'Command',
      value: { type: '$REST_OF_LINE', verbatim: true },
      summary: 'command of DCL; without one you type commands until LOGOUT',
    },
  ],
  qualifiers: {
    INPUT: { negatable: false, value: { required: true, type: '$FILE' }, summary: 'file with commands' },
    LOGICAL_NAMES: { default: true, summary: 'the subprocess gets your logical names' },
    OUTPUT: {
      negatable: false,
      value: { required: true, type: '$FILE' },
      summary: 'file for what it writes',
    },
    PROCESS: { negatable: false, value: { required: true }, summary: 'name of the subprocess' },
    SYMBOLS: { default: true, summary: 'the subprocess gets your symbols' },
    WAIT: { default: true, summary: 'MAIL waits until it has ended' },
  },
  routine: async (command, session) => {
    requireFreeAccount(session);
    await session.image.subprocesses().spawn({
      command: command.value('COMMAND'),
      input: command.value('INPUT'),
      output: command.value('OUTPUT'),
      processName: command.value('PROCESS'),
      inheritsLogicalNames: !command.negated('LOGICAL_NAMES'),
      inheritsSymbols: !command.negated('SYMBOLS'),
      waits: !command.negated('WAIT'),
    });
    return undefined;
  },
});

const attach = defineVerb<MailSession>({
  name: 'ATTACH',
  summary: 'Gives the terminal to another process of yours, until somebody attaches MAIL again.',
  source: 'vms-mail.md §2.2',
  parameters: [{ label: 'PROCESS_NAME', prompt: 'Process', summary: 'name of the process' }],
  qualifiers: { PARENT: { negatable: false, summary: 'the process that created this one' } },
  routine: async (command, session) => {
    requireFreeAccount(session);
    const subprocesses = session.image.subprocesses();
    if (command.present('PARENT') && !subprocesses.hasParent) signal(MAIL.NOPARENT);
    const target = await attachTarget(command, session);
    if (target !== undefined) await subprocesses.attach(target);
    return undefined;
  },
});

/** Asked for where neither a name nor /PARENT is given. */
async function attachTarget(command: ParsedCommand, session: MailSession): Promise<AttachTarget | undefined> {
  if (command.present('PARENT')) return { kind: 'parent' };
  const name = command.value('PROCESS_NAME');
  if (name !== undefined) return { kind: 'process', name };
  const answer = await session.input.read({ prompt: '_Process: ' });
  if (answer.kind !== 'record' || answer.text.trim() === '') return undefined;
  return { kind: 'process', name: answer.text.trim().toUpperCase() };
}

export const processVerbs: readonly VerbDefinition<MailSession>[] = [attach, spawn];
