/** PRINT: messages into the session's print job. Source: vms-mail.md §2.24 (inferred qualifiers, after PRINT of DCL). */
import {
  defineVerb,
  type ParsedCommand,
  type QualifierDefinition,
} from '../../../command-definition/index.ts';
import { Condition, condition, signal } from '../../../condition/index.ts';
import type { PrintPages, PrintParameters } from '../../../ports/print-queues.ts';
import { parseVmsTime } from '../../../vms-time/index.ts';
import { MAIL, type Message } from '../../index.ts';
import type { MailSession } from '../mail-session.ts';

const DEFAULT_QUEUE = 'SYS$PRINT';
const text = { negatable: false, value: { required: true } } as const;
const pages = { value: { keywords: { ALL: {}, ONE: {} } } } as const;

const qualifiers: Readonly<Record<string, QualifierDefinition>> = {
  AFTER: { negatable: false, value: { required: true, type: '$DATETIME' }, summary: 'not before this time' },
  ALL: { negatable: false, summary: 'all messages selected' },
  BURST: { ...pages, summary: 'pages between the files of the job' },
  CANCEL: { negatable: false, summary: 'forgets what was queued in this session' },
  COPIES: { negatable: false, value: { required: true, type: '$NUMBER' }, summary: 'how many copies' },
  FEED: { summary: 'a new page where one is full' },
  FLAG: { ...pages, summary: 'a page before the file with its name' },
  FORM: { ...text, summary: 'form to print on; default: that of SET FORM' },
  HEADER: { summary: 'a line with the name of the file on every page' },
  HOLD: { summary: 'holds the job until it is released' },
  NAME: { ...text, summary: 'name of the job' },
  NOTIFY: { summary: 'tells you when the job is done' },
  NOW: { negatable: false, summary: 'releases the job without leaving MAIL' },
  PARAMETERS: { negatable: false, value: { required: true, list: true }, summary: 'parameters of the queue' },
  PRINT: { negatable: false, summary: 'the same as /NOW' },
  QUEUE: {
    negatable: false,
    value: { required: true, type: '$QUEUE' },
    summary: 'default: that of SET QUEUE',
  },
  SETUP: { negatable: false, value: { required: true, list: true }, summary: 'modules for the printer' },
  SPACE: { summary: 'double-spaced' },
  TRAILER: { ...pages, summary: 'a page behind the file with its name' },
};

export const print = defineVerb<MailSession>({
  name: 'PRINT',
  summary: 'Has the message you are reading printed.',
  source: 'vms-mail.md §2.24',
  help: `All messages you PRINT are one job. It is released when you leave MAIL, or with /NOW.`,
  qualifiers,
  routine: async (command, session) => {
    const { printJob } = session;
    if (command.present('CANCEL')) {
      if (!printJob.isOpen) signal(MAIL.NOMSGPRI);
      await printJob.cancel();
      return undefined;
    }
    const isReleased = command.present('NOW') || command.present('PRINT');
    const messages = await chosen(command, session, isReleased);
    if (messages.length === 0 && !printJob.isOpen) signal(MAIL.NOMSGPRI);
    const profile = await session.mail.profile(session.userName);
    const queue = command.value('QUEUE') ?? profile.printQueue ?? DEFAULT_QUEUE;
    const name = session.image.process.logicalNames.translate(queue).replace(/:$/, '');
    // Another queue is another job.
    const isElsewhere = command.present('QUEUE') && printJob.isOpen && printJob.queueName !== name;
    if (isElsewhere) await printJob.release(session);
    await printJob.open(
      name,
      session.userName,
      parametersOf(command, session, printJob.isOpen ? undefined : profile.form),
    );
    await session.interruptible(async (stop) => {
      for (const message of messages) {
        if (stop.aborted) return;
        const found = await message();
        // Bytes of a file are nothing to print as text.
        if (found.flags.foreign) await session.report(condition(MAIL.FFMTMSG));
        else await printJob.add(found);
      }
    });
    if (isReleased) await printJob.release(session);
    return undefined;
  },
});

/** /NOW alone releases what there is, with the message being read where that is not in it yet. */
async function chosen(
  command: ParsedCommand,
  session: MailSession,
  isReleased: boolean,
): Promise<readonly (() => Promise<Message>)[]> {
  if (command.present('ALL')) {
    const selection = await session.selection();
    const standing: number[] = [];
    for (const number of selection.numbers()) if (!(await selection.isDeleted(number))) standing.push(number);
    return standing.map((number) => () => selection.message(number));
  }
  if (isReleased && (session.position === 0 || session.openFile?.selection === undefined)) return [];
  const { selection, number } = session.current();
  if (isReleased && session.printJob.isOpen && (await selection.isDeleted(number))) return [];
  const message = await selection.message(number);
  if (message.flags.foreign) signal(MAIL.FORMSG);
  return isReleased && message.id === session.printJob.last ? [] : [async () => message];
}

function parametersOf(
  command: ParsedCommand,
  session: MailSession,
  form: string | undefined,
): PrintParameters {
  const flag = (name: string): boolean | undefined =>
    command.present(name) ? true : command.negated(name) ? false : undefined;
  const page = (name: string): PrintPages | undefined =>
    command.negated(name)
      ? 'none'
      : !command.present(name)
        ? undefined
        : command.value(name) === 'ONE'
          ? 'one'
          : 'all';
  const after = command.value('AFTER');
  const list = (name: string) => (command.present(name) ? command.values(name) : undefined);
  const given = {
    form: command.value('FORM') ?? form,
    jobName: command.value('NAME'),
    copies: copiesOf(command.value('COPIES')),
    after: after === undefined ? undefined : parseVmsTime(after, session.image.process.clock.now()),
    hold: flag('HOLD'),
    notify: flag('NOTIFY'),
    parameters: list('PARAMETERS'),
    setup: list('SETUP'),
    feed: flag('FEED'),
    header: flag('HEADER'),
    space: flag('SPACE'),
    burst: page('BURST'),
    flag: page('FLAG'),
    trailer: page('TRAILER'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function copiesOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const copies = Number(value);
  if (copies < 1 || copies > 255) throw new Condition(MAIL.INVQUAVAL, [value, 'COPIES']);
  return copies;
}
