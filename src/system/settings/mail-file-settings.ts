/** Settings of what users' mail files keep. All of them are ours. */
import type { SettingDefinition } from './setting-definition.ts';

const source = 'own';

/** Days after which the age of a message is nobody's concern any more. */
const LONGEST = 3_650;

export const mailFileSettings = {
  mailQuota: {
    field: 'Mail-Quota',
    qualifier: 'MAIL_QUOTA',
    type: 'number',
    default: '0',
    unit: 'MiB',
    maximum: 1_000_000,
    meaning:
      'how much mail a user without EXQUOTA may have, in all his mail files; what comes beyond it waits; 0: no limit',
    source,
  },
  wastebasketDays: {
    field: 'Wastebasket-Days',
    qualifier: 'WASTEBASKET_DAYS',
    type: 'number',
    default: '0',
    unit: 'days',
    maximum: LONGEST,
    meaning:
      "messages are removed for good when they have been in their owner's wastebasket for so long; 0: never",
    source,
  },
  junkDays: {
    field: 'Junk-Days',
    qualifier: 'JUNK_DAYS',
    type: 'number',
    default: '0',
    unit: 'days',
    maximum: LONGEST,
    meaning: 'the same of the folder that Quarantine-Folder names; 0: never',
    source,
  },
} as const satisfies Record<string, SettingDefinition>;
