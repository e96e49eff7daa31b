export type { KeptAlarms } from './alarm-book.ts';
export { type Alarm, type AlarmMail, type AlarmSettings, createAlarmMail } from './alarm-mail.ts';
