/** PURGE: empties the wastebasket. Source: vms-mail.md §2.25. */
import { defineVerb } from '../../../command-definition/index.ts';
import { condition } from '../../../condition/index.ts';
import { MAIL, type ReclaimStatistics } from '../../index.ts';
import type { MailSession } from '../mail-session.ts';

export const purge = defineVerb<MailSession>({
  name: 'PURGE',
  summary: 'Empties the wastebasket folder.',
  source: 'vms-mail.md §2.25',
  help: 'Messages deleted before are gone for good. EXIT does the same, unless SET NOAUTO_PURGE.',
  qualifiers: {
    RECLAIM: { negatable: false, summary: 'reclaims the space of deleted messages now' },
    STATISTICS: { negatable: false, summary: 'shows what was reclaimed' },
  },
  routine: async (command, session) => {
    const file = await session.file();
    const reclaim = command.present('RECLAIM');
    if (reclaim || (await file.wouldReclaim())) await session.report(condition(MAIL.RECLPLSWAIT));
    const report = await file.purge({ reclaim });
    if (report.messages > 0 && !command.present('STATISTICS')) {
      await session.report(condition(MAIL.DELMSGS, report.messages));
    }
    if (command.present('STATISTICS') && report.reclaimed !== undefined) {
      await session.write(...statisticsLines(report.reclaimed));
    }
    return undefined;
  },
});

const statisticsLines = (reclaimed: ReclaimStatistics): readonly string[] => {
  const line = (text: string, count: number): string => `    ${text.padEnd(25)}${String(count).padStart(6)}`;
  return [
    'Reclaim statistics:',
    line('Messages deleted:', reclaimed.messagesDeleted),
    line('Data buckets scanned:', reclaimed.dataBucketsScanned),
    line('Data buckets reclaimed:', reclaimed.dataBucketsReclaimed),
    line('Index buckets reclaimed:', reclaimed.indexBucketsReclaimed),
    line('Total buckets reclaimed:', reclaimed.totalBucketsReclaimed),
  ];
};
