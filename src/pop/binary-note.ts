/** What is sent in place of a binary message. Source: tcpip-smtp.md §7.1. */
import { type InternetForm, noteForm, type StoredMessage } from '../mail/internet-form/index.ts';

const NOTE = [
  'Note from TCPIP POP server:',
  'You have received a foreign (binary) mail message from the sender shown',
  "on the 'From:' line above.  That message is now in your VMS MAIL folder.",
  "To access it, log in to your VMS host and use the VMS MAIL 'EXTRACT'",
  'command.  If you have any questions, please contact your VMS system',
  'administrator or support person.',
];

export const binaryNote = (message: StoredMessage, domain: string): InternetForm =>
  noteForm(message, NOTE, domain);
