/** SHOW MAIL, SEND MAIL, REMOVE MAIL, START MAIL, STOP MAIL. Source: tcpip-smtp.md §2.4, §2.5, §2.7. */
import { defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { condition, isCondition, JBC, SYSTEM } from '../condition/index.ts';
import type { EntryFilter, EntryInfo, QueueManager } from '../ports/queue-manager.ts';
import { commandOutput } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import type { QueueSituation } from '../system/mail-entry-text.ts';
import { mayManageSystem } from '../system/privileges.ts';
import { callerOf, entriesOf } from '../system/queue-requests.ts';
import { readLocalDatabases } from '../system/settings/index.ts';
import { ask } from '../system/utility-loop.ts';
import { parseVmsTime } from '../vms-time/index.ts';
import { changeClosed } from './closed-destinations.ts';
import { copyMail } from './copied-mail.ts';
import { type ManagementDeps, noPrivilege, notFound } from './deps.ts';
import { mailBriefLines, mailFullLines, type RecipientChoice } from './mail-display.ts';
import { TCPIP } from './messages.ts';

const userParameter = [{ label: 'USER_NAME', prompt: 'User' }] as const;
const entry = {
  negatable: false,
  value: { type: '$NUMBER', required: true, list: true },
  summary: 'queue entries',
} as const;

const destinationOption = {
  negatable: false,
  value: { required: true },
  summary: 'mail for this domain; * and % are allowed (ours)',
} as const;

/** Whose mail: of the named user, of the entries named, one's own, or with privilege the whole queue. */
function filterOf(command: ParsedCommand, { process }: VerbContext): EntryFilter {
  const own = process.account.userName;
  const isPrivileged = mayManageSystem(process.privileges);
  const user = command.value('USER_NAME')?.toUpperCase();
  if (user !== undefined && user !== own && !isPrivileged) throw noPrivilege(TCPIP.MAILERROR);
  const entries = command.values('ENTRY').map(Number);
  const destination = command.value('DESTINATION');
  return {
    kind: 'mail',
    ...(destination === undefined ? {} : { destination }),
    ...(entries.length === 0 ? {} : { entries }),
    ...(user !== undefined ? { userName: user } : isPrivileged ? {} : { userName: own }),
  };
}

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
      ENTRY: entry,
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

/** Calls `work` for each entry that is agreed to: Y, N, or G for all the rest. */
async function confirmed(
  context: VerbContext,
  entries: readonly EntryInfo[],
  isAsking: boolean,
  work: (entry: EntryInfo) => Promise<void>,
): Promise<void> {
  let asks = isAsking;
  for (const each of entries) {
    if (asks) {
      await context.output.writeLine(each.fileSpecification);
      const answer = await ask(context, 'CONFIRM:');
      if (answer === 'end') return;
      if (answer === 'no') continue;
      asks = answer !== 'all';
    }
    try {
      await work(each);
    } catch (error) {
      // It was delivered meanwhile.
      if (!isCondition(error) || error.value !== JBC.NOSUCHENT.value) throw error;
    }
  }
}

async function selected(
  command: ParsedCommand,
  context: VerbContext,
  manager: QueueManager,
): Promise<readonly EntryInfo[]> {
  const entries: EntryInfo[] = [];
  const filter = { ...filterOf(command, context), withRecipients: command.present('COPY') };
  for await (const each of entriesOf(manager, filter, callerOf(context))) entries.push(each);
  if (entries.length === 0) throw notFound(TCPIP.MAILERROR);
  return entries;
}

export const sendMailVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SEND MAIL',
    summary: 'Tries mail that waits again, now or at a time.',
    source: 'Management Command Reference, SEND MAIL',
    parameters: userParameter,
    qualifiers: {
      AFTER: { negatable: false, value: { type: '$DATETIME', required: true } },
      CONFIRM: { summary: 'ask before each; default without /ENTRY and /DESTINATION' },
      DESTINATION: destinationOption,
      ENTRY: entry,
      LAST_ATTEMPT: {
        negatable: false,
        summary: 'once more, now; what cannot be delivered goes back to its sender (ours)',
      },
    },
    // A time and the way back belong to the entry as a whole, a destination to some of its recipients.
    disallow: ['ANY2(LAST_ATTEMPT,AFTER,DESTINATION)'],
    async routine(command, context) {
      const manager = await deps.queueManager();
      const after = command.value('AFTER');
      const instant = after === undefined ? undefined : parseVmsTime(after, context.process.clock.now());
      const isNamed = command.present('ENTRY') || command.present('DESTINATION');
      const isAsking = command.present('CONFIRM') || (!command.negated('CONFIRM') && !isNamed);
      const isLast = command.present('LAST_ATTEMPT');
      const destination = command.value('DESTINATION');
      // A destination alone names no entry: a hold is somebody's intention.
      const entries = (await selected(command, context, manager)).filter(
        ({ state }) =>
          (state !== 'executing' || isLast) &&
          state !== 'aborting' &&
          (destination === undefined || command.present('ENTRY') || state === 'holdingUntil'),
      );
      const caller = callerOf(context);
      await confirmed(context, entries, isAsking, async (each) => {
        if (isLast) {
          await manager.changeEntries([each.entry], { kind: 'return', afterAttempt: true }, caller);
          return;
        }
        if (instant === undefined) {
          const filter = { entries: [each.entry], ...(destination === undefined ? {} : { destination }) };
          await manager.sendMail(filter, caller);
          return;
        }
        await manager.changeEntries([each.entry], { kind: 'after', instant }, caller);
        await manager.changeEntries([each.entry], { kind: 'noHold' }, caller);
      });
      return SYSTEM.NORMAL.value;
    },
  });

export const removeMailVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'REMOVE MAIL',
    summary: 'Deletes mail that is being held, or returns mail to its sender.',
    source: 'Management Command Reference, REMOVE MAIL',
    parameters: userParameter,
    disallow: ['COPY AND RETURN'],
    qualifiers: {
      CONFIRM: { default: true, summary: 'ask before each' },
      COPY: {
        negatable: false,
        value: { required: true, type: '$FILE' },
        summary: 'a copy into this directory first',
      },
      ENTRY: entry,
      RETURN: { negatable: false, summary: 'to its sender, held or not (ours)' },
    },
    async routine(command, context) {
      const manager = await deps.queueManager();
      const all = await selected(command, context, manager);
      if (command.present('RETURN')) {
        await confirmed(context, all, command.present('CONFIRM'), (each) =>
          manager.changeEntries([each.entry], { kind: 'return', afterAttempt: false }, callerOf(context)),
        );
        return SYSTEM.NORMAL.value;
      }
      const held = all.filter(({ state }) => /^(holding|holdingUntil|retainedOnError)$/.test(state));
      // Only held mail, never what is being processed: tcpip-smtp.md §2.5.
      const busy = all.find((each) => !held.includes(each));
      if (command.present('ENTRY') && busy !== undefined) {
        throw condition(TCPIP.MAILERROR).with(condition(TCPIP.NOTHELD, busy.entry));
      }
      const directory = command.value('COPY');
      await confirmed(context, held, command.present('CONFIRM'), async (each) => {
        if (directory !== undefined) {
          const text = deps.readText(await manager.mailText(each.entry, callerOf(context)));
          await copyMail(each, text, directory, context);
        }
        await manager.deleteEntries([each.entry], callerOf(context));
      });
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
