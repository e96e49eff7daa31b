export type { KeptAlarms } from './alarm-book.ts';
export { type AlarmMail, createAlarmMail } from './alarm-mail.ts';
