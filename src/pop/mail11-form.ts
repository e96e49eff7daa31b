/**
 * Mail that came by SMTP as the product sends it: a header made of MAIL's fields, and the whole text, with the header it came with,
 * as the body. Source: tcpip-smtp.md §7.1.
 */
import { type InternetForm, mail11Header, type StoredMessage } from '../mail/internet-form/index.ts';

export function mail11Form(
  message: StoredMessage,
  open: () => AsyncIterable<Uint8Array>,
  domain: string,
): InternetForm {
  const head = Buffer.from(`${mail11Header(message, domain).join('\r\n')}\r\n\r\n`);
  return {
    sizeBytes: head.byteLength + message.sizeBytes,
    header: head,
    body: 'stored',
    async *bytes() {
      yield head;
      yield* open();
    },
  };
}
