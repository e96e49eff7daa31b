/** SEND MAIL, REMOVE MAIL. Source: tcpip-smtp.md §2.5, §2.7. */
import { defineVerb } from '../command-definition/index.ts';
import { condition, isCondition, JBC, SYSTEM } from '../condition/index.ts';
import type {
  EntryFilter,
  EntryInfo,
  JobState,
  MailChange,
  MailSelection,
  QueueManager,
} from '../ports/queue-manager.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf, changeAllMail, entriesOf } from '../system/queue-requests.ts';
import { ask } from '../system/utility-loop.ts';
import { parseVmsTime } from '../vms-time/index.ts';
import { copyMail } from './copied-mail.ts';
import { type ManagementDeps, notFound } from './deps.ts';
import { destinationOption, entryOption, filterOf, userParameter } from './mail-selection.ts';
import { TCPIP } from './messages.ts';

const heldStates: readonly JobState[] = ['holding', 'holdingUntil', 'retainedOnError'];

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
      ENTRY: entryOption,
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
      const filter = filterOf(command, context);
      // A hold is somebody's intention: it is lifted where the entry is named, by its number or by a yes.
      const isOnlyWaiting = !command.present('ENTRY') && (destination !== undefined || !isAsking);
      const states: readonly JobState[] = isLast
        ? ['pending', 'executing', ...heldStates]
        : isOnlyWaiting && instant === undefined
          ? ['holdingUntil']
          : ['pending', ...heldStates];
      const change = async (selection: MailSelection): Promise<void> => {
        const make = (each: MailChange, among = states) =>
          changeAllMail(manager, { ...selection, states: among }, each, context);
        if (isLast) await make({ kind: 'return', afterAttempt: true });
        else if (instant === undefined)
          await make({ kind: 'release', ...(destination === undefined ? {} : { destination }) });
        else {
          await make({ kind: 'after', instant });
          await make({ kind: 'noHold' }, ['holding']);
        }
      };
      await changeChosen(manager, filter, states, isAsking, context, change);
      return SYSTEM.NORMAL.value;
    },
  });

export const removeMailVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'REMOVE MAIL',
    summary: 'Deletes mail that is being held, or returns mail to its sender.',
    source: 'Management Command Reference, REMOVE MAIL',
    parameters: userParameter,
    // The way back belongs to the entry as a whole, a destination to some of its recipients.
    disallow: ['COPY AND RETURN', 'DESTINATION AND RETURN'],
    qualifiers: {
      CONFIRM: { default: true, summary: 'ask before each' },
      COPY: {
        negatable: false,
        value: { required: true, type: '$FILE' },
        summary: 'a copy into this directory first',
      },
      DESTINATION: destinationOption,
      ENTRY: entryOption,
      RETURN: { negatable: false, summary: 'to its sender, held or not (ours)' },
    },
    async routine(command, context) {
      const manager = await deps.queueManager();
      const filter = filterOf(command, context);
      const isReturned = command.present('RETURN');
      const isAsking = command.present('CONFIRM');
      if (isReturned) {
        const states: readonly JobState[] = ['pending', 'executing', ...heldStates];
        await changeChosen(manager, filter, states, isAsking, context, async (selection) => {
          await changeAllMail(
            manager,
            { ...selection, states },
            { kind: 'return', afterAttempt: false },
            context,
          );
        });
        return SYSTEM.NORMAL.value;
      }
      if (command.present('ENTRY')) await checkHeld(manager, filter, context);
      else await checkAnyHeld(manager, filter, context);
      const directory = command.value('COPY');
      const remove = async (selection: MailSelection): Promise<void> => {
        await changeAllMail(manager, { ...selection, states: heldStates }, { kind: 'delete' }, context);
      };
      if (directory === undefined) await changeChosen(manager, filter, heldStates, isAsking, context, remove);
      else {
        const copied = { ...filter, withRecipients: true };
        const copyAndRemove = async (each: EntryInfo): Promise<void> => {
          const text = deps.readText(await manager.mailText(each.entry, callerOf(context)));
          await copyMail(each, text, directory, context);
          await remove({ ...filter, entries: [each.entry] });
        };
        const last = await eachChosen(manager, copied, heldStates, isAsking, context, copyAndRemove);
        if (last !== undefined)
          await eachChosen(
            manager,
            { ...copied, afterEntry: last },
            heldStates,
            false,
            context,
            copyAndRemove,
          );
      }
      return SYSTEM.NORMAL.value;
    },
  });

/** Only held mail, never what is being processed: tcpip-smtp.md §2.5. */
async function checkHeld(manager: QueueManager, filter: EntryFilter, context: VerbContext): Promise<void> {
  for await (const { entry, state } of entriesOf(manager, filter, callerOf(context)))
    if (!heldStates.includes(state)) throw condition(TCPIP.MAILERROR).with(condition(TCPIP.NOTHELD, entry));
}

/** Where nothing that is meant is held nothing can be done, and whoever asked is to hear it. */
async function checkAnyHeld(manager: QueueManager, filter: EntryFilter, context: VerbContext): Promise<void> {
  const first = async (states?: readonly JobState[]): Promise<EntryInfo | undefined> => {
    const wanted = { ...filter, limit: 1, ...(states === undefined ? {} : { states }) };
    return (await manager.entries(wanted, callerOf(context)))[0];
  };
  if ((await first(heldStates)) !== undefined) return;
  const other = await first();
  if (other !== undefined) throw condition(TCPIP.MAILERROR).with(condition(TCPIP.NOTHELD, other.entry));
}

/** All of it at once, or, where somebody is asked, one by one. Throws NORECORD where there is no such mail, in whatever state. */
async function changeChosen(
  manager: QueueManager,
  filter: EntryFilter,
  states: readonly JobState[],
  isAsking: boolean,
  context: VerbContext,
  change: (selection: MailSelection) => Promise<void>,
): Promise<void> {
  if (isAsking) {
    const last = await eachChosen(manager, filter, states, true, context, (each) =>
      change({ ...filter, entries: [each.entry] }),
    );
    if (last !== undefined) await change({ ...filter, afterEntry: last });
    return;
  }
  await checkFound(manager, filter, context);
  await change(filter);
}

async function checkFound(manager: QueueManager, filter: EntryFilter, context: VerbContext): Promise<void> {
  const [first] = await manager.entries({ ...filter, limit: 1 }, callerOf(context));
  if (first === undefined) throw notFound(TCPIP.MAILERROR);
}

/**
 * Calls `work` for each entry in these states that is agreed to: Y or N, until G agrees to all the rest.
 * @returns the entry behind which the rest begins, where somebody was asked and said G
 */
async function eachChosen(
  manager: QueueManager,
  filter: EntryFilter,
  states: readonly JobState[],
  isAsking: boolean,
  context: VerbContext,
  work: (entry: EntryInfo) => Promise<void>,
): Promise<number | undefined> {
  if (filter.afterEntry === undefined) await checkFound(manager, filter, context);
  for await (const each of entriesOf(manager, { ...filter, states }, callerOf(context))) {
    if (context.signal.aborted) return undefined;
    let isRestAgreed = false;
    if (isAsking) {
      await context.output.writeLine(each.fileSpecification);
      const answer = await ask(context, 'CONFIRM:');
      if (answer === 'end') return undefined;
      if (answer === 'no') continue;
      isRestAgreed = answer === 'all';
    }
    try {
      await work(each);
    } catch (error) {
      // It was delivered meanwhile.
      if (!isCondition(error) || error.value !== JBC.NOSUCHENT.value) throw error;
    }
    if (isRestAgreed) return each.entry;
  }
  return undefined;
}
