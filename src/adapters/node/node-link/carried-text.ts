/** Mail text across the wire: bytes that are in memory become attachments of the frame, in order. */
import type { MessageText, SpooledText } from '../../../ports/message-text.ts';

type CarriedText =
  | { readonly kind: 'attached' }
  | (Omit<SpooledText, 'beginning' | 'known'> & {
      /** Octets of the file in whose place its head stands, which is an attachment. */
      readonly from?: number;
      /** What is known of it; its beginning is an attachment. */
      readonly lines?: number;
    });

type Carried<T extends { readonly text: MessageText }> = Omit<T, 'text'> & { readonly text: CarriedText };

/** Moves the bytes of texts to `attachments`. */
export const detachTexts = <T extends { readonly text: MessageText }>(
  items: readonly T[],
  attachments: Uint8Array[],
): Carried<T>[] => items.map((item) => ({ ...item, text: detached(item.text, attachments) }));

function detached(text: MessageText, attachments: Uint8Array[]): CarriedText {
  if (text.kind === 'inline') {
    attachments.push(text.bytes);
    return attached;
  }
  const { beginning, known, ...file } = text;
  if (beginning !== undefined) attachments.push(beginning.head);
  if (known !== undefined) attachments.push(known.start);
  return {
    ...file,
    ...(beginning === undefined ? {} : { from: beginning.from }),
    ...(known === undefined ? {} : { lines: known.lines }),
  };
}

const attached: CarriedText = { kind: 'attached' };

/** Puts them back, in the same order. */
export function attachTexts<T extends { readonly text: MessageText }>(
  items: readonly Carried<T>[],
  attachments: Iterator<Uint8Array>,
): T[] {
  const next = (): Uint8Array => {
    const { value, done } = attachments.next();
    if (done === true) throw new RangeError('a text is missing from its frame');
    return value;
  };
  return items.map((item) => ({ ...item, text: textOf(item.text, next) }) as unknown as T);
}

function textOf(text: CarriedText, next: () => Uint8Array): MessageText {
  if (text.kind === 'attached') return { kind: 'inline', bytes: next() };
  const { from, lines, ...file } = text;
  // Copies, which do not keep all that came with them.
  const copied = (): Uint8Array => Uint8Array.from(next());
  return {
    ...file,
    ...(from === undefined ? {} : { beginning: { head: copied(), from } }),
    ...(lines === undefined ? {} : { known: { start: copied(), lines } }),
  };
}

/** In an answer, which has no attachments: a person reads one text now and then. */
export type AnsweredText =
  | { readonly kind: 'inline'; readonly base64: string }
  | (Omit<SpooledText, 'beginning' | 'known'> & { readonly from?: number; readonly base64?: string });

export function answeredText(text: MessageText): AnsweredText {
  if (text.kind === 'inline') return { kind: 'inline', base64: base64(text.bytes) };
  const { beginning, known: _, ...file } = text;
  return beginning === undefined ? file : { ...file, from: beginning.from, base64: base64(beginning.head) };
}

export function textOfAnswer(answer: AnsweredText): MessageText {
  if (answer.kind === 'inline') return { kind: 'inline', bytes: Buffer.from(answer.base64, 'base64') };
  const { from, base64: head = '', ...file } = answer;
  return from === undefined ? file : { ...file, beginning: { head: Buffer.from(head, 'base64'), from } };
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
