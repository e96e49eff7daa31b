/**
 * SHOW INTRUSION, DELETE/INTRUSION_RECORD: who failed to log in lately. Source: DCL Dictionary; the layout of the display
 * from memory of its example.
 */
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM, signal } from '../condition/index.ts';
import { safeLine } from '../mime/safe-text.ts';
import type { IntrusionRecord } from '../ports/intrusion-records.ts';
import type { SystemStore } from '../ports/system-store.ts';
import { commandOutput } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import { formatTime } from '../vms-time/index.ts';
import { DELETE, SHOW } from './messages.ts';

export interface IntrusionDeps {
  readonly systemStore: () => Promise<SystemStore>;
}

export const intrusionVerbs = ({ systemStore }: IntrusionDeps) => [
  defineVerb<VerbContext>({
    name: 'SHOW INTRUSION',
    summary: 'Shows who failed to log in lately, and whom the system evades.',
    source: 'DCL Dictionary, SHOW INTRUSION',
    privilege: 'SECURITY',
    qualifiers: {
      OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true }, summary: 'into a file' },
      TYPE: {
        negatable: false,
        value: { keywords: { ALL: {}, INTRUDER: {}, SUSPECT: {} }, required: true },
        summary: 'INTRUDER, SUSPECT or ALL (default)',
      },
    },
    async routine(command, context) {
      requireSecurity(context);
      const type = command.value('TYPE') ?? 'ALL';
      const now = context.process.clock.now();
      const records = (await (await systemStore()).intrusions()).filter(
        (each) => each.expires > now && (type === 'ALL' || typeOf(each) === type),
      );
      if (records.length === 0) return signal(SHOW.NOINTRUDERS);
      const output = await commandOutput(context, command.value('OUTPUT'));
      for (const line of [HEADING, ...records.map(recordLine)]) await output.line(line);
      await output.close();
      return SYSTEM.NORMAL.value;
    },
  }),
  defineVerb<VerbContext>({
    name: 'DELETE/INTRUSION_RECORD',
    summary: 'Forgets failures to log in from a source.',
    source: 'DCL Dictionary, DELETE/INTRUSION_RECORD',
    privilege: 'SECURITY',
    parameters: [{ label: 'SOURCE', prompt: 'Source', required: true }],
    qualifiers: { INTRUSION_RECORD: { negatable: false } },
    async routine(command, context) {
      requireSecurity(context);
      const source = command.value('SOURCE')!.toUpperCase();
      const store = await systemStore();
      const now = context.process.clock.now();
      const found = (await store.intrusions()).filter(
        // As it was shown, too.
        (each) =>
          each.expires > now &&
          [each.source, safeLine(each.source)].some((as) => as.toUpperCase() === source),
      );
      if (found.length === 0) return signal(DELETE.NOINTRUSION, source);
      for (const each of found) await store.changeIntrusion(each, now, () => undefined);
      return SYSTEM.NORMAL.value;
    },
  }),
];

function requireSecurity({ process }: VerbContext): void {
  if (!process.privileges.has('SECURITY')) signal(SYSTEM.NOPRIV);
}

const typeOf = ({ isIntruder }: IntrusionRecord): string => (isIntruder ? 'INTRUDER' : 'SUSPECT');

const HEADING = 'Intrusion       Type       Count        Expiration         Source';

/** The user is what somebody typed who is not known. */
export const recordLine = (record: IntrusionRecord): string =>
  `   ${record.class.padEnd(13)}${typeOf(record).padEnd(10)}${String(record.count).padStart(5)}   ${formatTime(record.expires)}  ${safeLine(record.source)}`;
