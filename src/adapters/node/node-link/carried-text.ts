/** Mail text across the wire: inline bytes become attachments of the frame, in order. */
import type { MessageText } from '../../../ports/message-text.ts';

export type CarriedText =
  | { readonly kind: 'attached' }
  | { readonly kind: 'file'; readonly spoolId: string; readonly sizeBytes: number };

type Carried<T extends { readonly text: MessageText }> = Omit<T, 'text'> & { readonly text: CarriedText };

const attached: CarriedText = { kind: 'attached' };

/** Moves the bytes of inline texts to `attachments`. */
export function detachTexts<T extends { readonly text: MessageText }>(
  items: readonly T[],
  attachments: Uint8Array[],
): Carried<T>[] {
  return items.map((item) => {
    if (item.text.kind === 'file') return { ...item, text: item.text };
    attachments.push(item.text.bytes);
    return { ...item, text: attached };
  });
}

/** Puts them back, in the same order. */
export function attachTexts<T extends { readonly text: MessageText }>(
  items: readonly Carried<T>[],
  attachments: Iterator<Uint8Array>,
): T[] {
  return items.map((item) => {
    if (item.text.kind === 'file') return item as unknown as T;
    const { value, done } = attachments.next();
    if (done === true) throw new RangeError('a text is missing from its frame');
    return { ...item, text: { kind: 'inline', bytes: value } } as unknown as T;
  });
}

export const inlineBytes = ({ text }: { readonly text: MessageText }): number =>
  text.kind === 'inline' ? text.bytes.byteLength : 0;
