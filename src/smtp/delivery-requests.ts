/** Parameters of MAIL and RCPT by which senders ask for reports. Source: RFC 3461 §4. */
import type { Notify, RecipientRequests } from '../ports/delivery-requests.ts';

/** RFC 3461 §4.4. */
const ENVELOPE_ID_LENGTH = 100;
/** RFC 3461 §4.2. */
const ORIGINAL_RECIPIENT_LENGTH = 500;

const xtext = /^(?:[\x21-\x2a\x2c-\x3c\x3e-\x7e]|\+[0-9A-F]{2})+$/;

/** RET=. @returns undefined for what is none */
export function parseReturnText(value: string): 'FULL' | 'HDRS' | undefined {
  const word = value.toUpperCase();
  return word === 'FULL' || word === 'HDRS' ? word : undefined;
}

/** ENVID=. */
export const isEnvelopeId = (value: string): boolean =>
  value.length <= ENVELOPE_ID_LENGTH && xtext.test(value);

/** NOTIFY=: `"NEVER" / 1#notify-list-element`. @returns undefined for what is none */
export function parseNotify(value: string): readonly Notify[] | undefined {
  const words = value.toUpperCase().split(',');
  if (words.length === 1 && words[0] === 'NEVER') return ['NEVER'];
  const isNotify = (word: string): word is Notify => /^(SUCCESS|FAILURE|DELAY)$/.test(word);
  return words.every(isNotify) ? [...new Set(words)] : undefined;
}

/** ORCPT=: `addr-type ";" xtext`. */
export function isOriginalRecipient(value: string): boolean {
  const [, type, address] = /^([^;]+);(.*)$/s.exec(value) ?? [];
  return (
    type !== undefined &&
    value.length <= ORIGINAL_RECIPIENT_LENGTH &&
    /^[A-Za-z0-9][A-Za-z0-9-]*$/.test(type) &&
    xtext.test(address!)
  );
}

/** What an xtext stands for; +hexadecimal is a byte. RFC 3461 §4 */
export const fromXtext = (text: string): string =>
  Buffer.from(
    text.replace(/\+([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  ).toString('utf8');

export const toXtext = (text: string): string =>
  Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/[^\x21-\x2a\x2c-\x3c\x3e-\x7e]/g, (character) => {
      const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
      return `+${code}`;
    });

/** What follows the forward-path, with a blank in front. */
export function recipientParameters(requests: RecipientRequests | undefined): string {
  const notify = requests?.notify === undefined ? '' : ` NOTIFY=${requests.notify.join(',')}`;
  return requests?.originalRecipient === undefined ? notify : `${notify} ORCPT=${requests.originalRecipient}`;
}
