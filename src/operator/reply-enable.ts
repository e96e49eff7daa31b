/** REPLY/ENABLE, /DISABLE, /STATUS: the operator messages that a terminal gets. Source: queues.md §15. */
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM, signal } from '../condition/index.ts';
import { type OperatorClass, operatorClasses } from '../ports/operator-communication.ts';
import type { TerminalRegistration } from '../ports/terminal-registry.ts';
import type { VerbContext } from '../system/image.ts';
import type { OperatorDeps } from './deps.ts';
import { OPCOM } from './messages.ts';
import { requestBody } from './opcom-message.ts';
import { chosen, classList, requireNode, requireOper } from './reply-words.ts';

export const operatorTerminalVerbs = (deps: OperatorDeps) => [
  defineVerb<VerbContext>({
    name: 'REPLY/ENABLE',
    summary: 'Makes your terminal one that gets operator messages.',
    source: 'DCL Dictionary, REPLY/ENABLE',
    privilege: 'OPER; SECURITY for that class',
    qualifiers: { ENABLE: { negatable: false, value: classList } },
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
    qualifiers: { DISABLE: { negatable: false, value: classList } },
    async routine(command, context) {
      requireOper(context);
      const disabled = chosen(command, 'DISABLE') ?? operatorClasses;
      if (deps.operatorTerminal.classes.length === 0) signal(OPCOM.NOTENABLED);
      return setClasses(deps, (before) => before.filter((each) => !disabled.includes(each)));
    },
  }),
  defineVerb<VerbContext>({
    name: 'REPLY/STATUS',
    summary:
      'Shows the classes of operator messages your terminal gets, and the requests that wait for an answer.',
    source: 'DCL Dictionary, REPLY/STATUS',
    privilege: 'OPER',
    qualifiers: { STATUS: { negatable: false } },
    async routine(_command, context) {
      requireOper(context);
      const { classes: enabled } = deps.operatorTerminal;
      if (enabled.length === 0) signal(OPCOM.NOTENABLED);
      const status = await setClasses(deps, (before) => before);
      for (const request of await deps.operatorRequests.outstanding()) {
        if (!request.classes.some((each) => enabled.includes(each))) continue;
        for (const line of requestBody(request, context.process.nodeName))
          await context.output.writeLine(line);
        await context.output.writeLine('');
      }
      return status;
    },
  }),
];

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
