/** A message as the screens show it. */
import { formatTime } from '../../vms-time/index.ts';
import type { MessageSummary } from '../index.ts';
import type { ScreenMessage } from './screens.ts';

export const screenMessage = (message: MessageSummary): ScreenMessage => ({
  number: message.number,
  from: message.from,
  to: message.to,
  cc: message.cc,
  subject: message.subject,
  date: formatTime(message.receivedAt),
});
