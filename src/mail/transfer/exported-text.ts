/** A message of a mail file as files of other programs hold it: its Internet form with LF line ends. Source: RFC 4155. */
import type { MessageRecord } from '../../ports/mail-store.ts';
import { internetForm } from '../internet-form/index.ts';
import { unixText } from './mbox-text.ts';

/**
 * Pieces that end with a line each, as `unixText` gives them.
 * @param open  the stored text, each time from its beginning
 * @param hostName  what stands behind the `@` of users here
 */
export async function* exportedText(
  message: MessageRecord,
  open: () => AsyncIterable<Uint8Array>,
  hostName: string,
): AsyncGenerator<Uint8Array> {
  const form = await internetForm(message, open, hostName);
  yield* unixText(form.bytes());
}
