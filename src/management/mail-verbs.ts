/** SHOW MAIL, START MAIL, STOP MAIL. Source: tcpip-smtp.md §2.4, §2.7. */
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import type { QueueManager } from '../ports/queue-manager.ts';
import { commandOutput } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import type { QueueSituation } from '../system/mail-entry-text.ts';
import { mayManageSystem } from '../system/privileges.ts';
import { callerOf, entriesOf } from '../system/queue-requests.ts';
import { readLocalDatabases } from '../system/settings/index.ts';
import { changeClosed } from './closed-destinations.ts';
import { type ManagementDeps, noPrivilege, notFound } from './deps.ts';
import { mailBriefLines, mailFullLines, type RecipientChoice } from './mail-display.ts';
import { destinationOption, entryOption, filterOf, userParameter } from './mail-selection.ts';
import { TCPIP } from './messages.ts';

const situationOf = async (deps: ManagementDeps, manager: QueueManager): Promise<QueueSituation> => ({
  queues: await manager.queues(),
  closed: (await readLocalDatabases(await deps.systemStore())).closed,
});

export const showMailVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW MAIL',
    summary: 'Displays mail in the SMTP queues.',
    source: 'Management Command Reference, SHOW MAIL',
    parameters: userParameter,
    qualifiers: {
      DESTINATION: destinationOption,
      ENTRY: entryOption,
      FULL: { negatable: false, summary: 'destinations and headers too' },
      RECIPIENT: {
        negatable: false,
        value: { default: 'ALL', keywords: { ALL: {}, FAILED: {}, SENT: {}, UNSENT: {} } },
      },
      OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true } },
    },
    disallow: ['RECIPIENT AND NOT FULL'],
    async routine(command, context) {
      const isFull = command.present('FULL');
      const choice = (command.value('RECIPIENT') ?? 'ALL') as RecipientChoice;
      const filter = { ...filterOf(command, context), withRecipients: isFull };
      const manager = await deps.queueManager();
      const situation = isFull ? await situationOf(deps, manager) : undefined;
      const out = await commandOutput(context, command.value('OUTPUT'));
      let shown = 0;
      try {
        for await (const each of entriesOf(manager, filter, callerOf(context))) {
          if (context.signal.aborted) break;
          for (const line of situation === undefined
            ? mailBriefLines(each)
            : mailFullLines(each, choice, situation, context.output.columns))
            await out.line(line);
          shown += 1;
        }
      } finally {
        await out.close();
      }
      if (shown === 0) throw notFound(TCPIP.MAILERROR);
      return SYSTEM.NORMAL.value;
    },
  });

const switchVerb = (deps: ManagementDeps, word: 'START' | 'STOP') =>
  defineVerb<VerbContext>({
    name: `${word} MAIL`,
    summary: word === 'START' ? 'Starts the SMTP queues.' : 'Stops the SMTP queues after the mail in hand.',
    qualifiers: {
      DESTINATION: {
        negatable: false,
        value: { required: true, list: true },
        summary:
          word === 'START'
            ? 'send mail for these domains again (ours)'
            : 'hold mail for these domains (ours)',
      },
    },
    source: `Management Command Reference, ${word} MAIL`,
    privilege: 'SYSPRV or BYPASS',
    async routine(command, context) {
      if (!mayManageSystem(context.process.privileges)) throw noPrivilege(TCPIP.MAILERROR);
      if (command.present('DESTINATION')) {
        await changeClosed(await deps.systemStore(), word, command.values('DESTINATION'), context);
        return SYSTEM.NORMAL.value;
      }
      const manager = await deps.queueManager();
      if (word === 'START') await manager.startMail(callerOf(context));
      else await manager.stopMail(callerOf(context));
      return SYSTEM.NORMAL.value;
    },
  });

export const startMailVerb = (deps: ManagementDeps) => switchVerb(deps, 'START');
export const stopMailVerb = (deps: ManagementDeps) => switchVerb(deps, 'STOP');
