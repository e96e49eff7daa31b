/**
 * What TCPIP$SMTP_LOGFILE.LOG says: of each job, by level, and of the symbiont itself. 1: what did not succeed; 2: the start, each control
 * file when it is taken up, and behind it the header and every recipient; 3: where its recipients are; 5: the configuration.
 * Source: tcpip-smtp.md §4 (LOG_LEVEL, NOSEY), §6.4: the words for outcomes are the product's.
 */
import type { Job, RecipientEnd } from './job.ts';
import type { PreparedJob } from './prepared-job.ts';
import type { SymbiontSettings } from './settings.ts';

/** A header of a message may be longer than anybody reads in a log. */
const FIELD_LENGTH = 500;
const HEADER_LEVEL = 2;

export const takenUpLine = ({ jobName, entry }: Job['assignment']): string =>
  `Control file ${jobName}, entry ${entry}, is taken up`;

/** Where the recipients of a job are. */
export function foundLines({ job: { assignment }, mailboxes, procedures, remote }: PreparedJob): string[] {
  return [
    `Control file ${assignment.jobName}, entry ${assignment.entry}, recipients found`,
    ...mailboxes.map(({ userName, recipients }) => `  User ${userName}: ${paths(recipients)}`),
    ...procedures.map(({ alias, recipients }) => `  Procedure ${alias.name}: ${paths(recipients)}`),
    ...remote.map(({ domain, gateway, recipients }) => {
      const by = gateway === undefined ? '' : ` by gateway ${gateway}`;
      return `  Domain ${domain}${by}: ${paths(recipients)}`;
    }),
  ];
}

const paths = (recipients: readonly { readonly forwardPath: string }[]): string =>
  recipients.map(({ forwardPath }) => `<${forwardPath}>`).join(', ');

/** What became of a job. */
export function jobLines(job: Job): string[] {
  const { assignment } = job;
  const outcomes = [...job.ends.values()].map((end) => end.outcome.kind);
  const word = outcomes.includes('returned')
    ? 'Send error.'
    : outcomes.includes('retry') || outcomes.includes('wait')
      ? 'Requeued.'
      : 'Sent.';
  const forwardPaths = new Map(assignment.recipients.map((each) => [each.index, each.forwardPath]));
  return [
    `Control file ${assignment.jobName}, entry ${assignment.entry}, from <${assignment.reversePath}>`,
    ...headerLines(job),
    ...[...job.ends]
      .sort(([one], [other]) => one - other)
      .map(([index, end]) => `  <${forwardPaths.get(index) ?? ''}> ${outcomeWord(end, assignment)}`),
    ...(outcomes.includes('returned') && assignment.reversePath === ''
      ? ['  Undeliverable, and without a sender: nobody is told']
      : []),
    ...(job.isRecalled ? ['  Recalled by the operator'] : []),
    word,
  ];
}

/** What mail is about is nobody's business unless the manager says so. */
function headerLines({ settings, header }: Job): string[] {
  const fields = settings.logLevel < HEADER_LEVEL ? [] : ['date', 'message-id', 'from', 'to', 'cc'];
  return [
    ...fields.flatMap((name) => {
      const value = header.joined(name);
      return value === undefined ? [] : [fieldLine(name, ` ${value}`)];
    }),
    fieldLine('subject', settings.nosey ? ` ${header.first('subject') ?? ''}` : '<omitted>'),
  ];
}

const fieldLine = (name: string, value: string): string =>
  `  ${name.toUpperCase()}:${value.slice(0, FIELD_LENGTH).replace(/\s+/g, ' ')}`;

function outcomeWord({ outcome, hasExpired }: RecipientEnd, { returning }: Job['assignment']): string {
  switch (outcome.kind) {
    case 'delivered':
    case 'relayed':
      return 'Sent';
    case 'expanded':
      return `Expanded to ${outcome.forwardPaths.join(', ')}`;
    case 'retry':
      return `Requeued (${outcome.reply})`;
    case 'wait':
      return outcome.reply === undefined
        ? 'Waits: its destination is closed'
        : `Waits for its destination (${outcome.reply})`;
    case 'returned':
      if (hasExpired === true) return `Send error, maximum interval exceeded (${outcome.reply})`;
      // It might have gone later, had nobody wanted it back.
      return returning !== undefined && outcome.reply.startsWith('4')
        ? `Send error, last attempt (${outcome.reply})`
        : `Send error (${outcome.reply})`;
  }
}

/** The configuration in force, one `name : value` line each. */
export const settingLines = (settings: SymbiontSettings): string[] =>
  Object.entries(settings)
    .filter(([name, value]) => typeof value !== 'function' && name !== 'altgatePassword')
    .map(([name, value]) => `${name} : ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);

export const startLine = (hostName: string, { logLevel }: SymbiontSettings): string =>
  `SMTP symbiont of ${hostName} starts, log level ${logLevel}`;
