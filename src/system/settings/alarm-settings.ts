/** Settings of alarms that leave the node by mail. All of them are ours. */
import type { SettingDefinition } from './setting-definition.ts';

const source = 'own';

export const alarmSettings = {
  alarmAddress: {
    field: 'Alarm-Address',
    qualifier: 'ALARM_ADDRESS',
    type: 'text',
    default: '',
    form: 'address',
    meaning:
      'who gets operator messages that somebody has to come for by mail, too: user or user@domain; nobody at first',
    source,
  },
  alarmDelayMs: {
    field: 'Alarm-Delay',
    qualifier: 'ALARM_DELAY',
    type: 'minutes',
    default: '5',
    unit: 'minutes',
    minimum: 1,
    maximum: 1440,
    meaning: 'how long alarms are gathered for one mail',
    source,
  },
  alarmRepeatMs: {
    field: 'Alarm-Repeat',
    qualifier: 'ALARM_REPEAT',
    type: 'delta',
    default: '0 04:00:00.00',
    meaning: 'an alarm that is about the same is not mailed again within this time',
    source,
  },
} as const satisfies Record<string, SettingDefinition>;
