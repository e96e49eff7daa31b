/** SET NOSERVICE. Source: tcpip-smtp.md §1.4. */
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import type { Service } from '../ports/system-store.ts';
import type { VerbContext } from '../system/image.ts';
import { ask } from '../system/utility-loop.ts';
import { type ManagementDeps, requirePrivilege } from './deps.ts';
import { TCPIP } from './messages.ts';
import { serviceHeading, serviceLine } from './service-display.ts';
import { named } from './show-service.ts';

export const setNoServiceVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SET NOSERVICE',
    summary: 'Removes a service, or without a name every service you agree to.',
    source: 'Management Command Reference, SET SERVICE',
    privilege: 'SYSPRV or BYPASS',
    parameters: [{ label: 'SERVICE', prompt: 'Service' }],
    qualifiers: { CONFIRM: { default: true, summary: 'ask before each; /NOCONFIRM: do not (ours)' } },
    async routine(command, context) {
      requirePrivilege(context, TCPIP.SERVERROR);
      const store = await deps.systemStore();
      for (const service of await named(store, command)) {
        const answer = command.present('CONFIRM') ? await askToRemove(service, context) : 'yes';
        if (answer === 'end') break;
        if (answer !== 'yes') continue;
        await store.removeService(service.name);
        await deps.applyService(service.name, undefined);
      }
      return SYSTEM.NORMAL.value;
    },
  });

async function askToRemove(service: Service, context: VerbContext): ReturnType<typeof ask> {
  for (const line of [...serviceHeading, serviceLine(service)]) await context.output.writeLine(line);
  return ask(context, 'Remove? [N]:');
}
