/** Mail text across the wire: bytes that are in memory become attachments of the frame, in order. */
import type { MessageText } from '../../../ports/message-text.ts';

export type CarriedText =
  | { readonly kind: 'attached' }
  | {
      readonly kind: 'file';
      readonly spoolId: string;
      readonly sizeBytes: number;
      /** What is known of it; its beginning is an attachment. */
      readonly lines?: number;
    };

type Carried<T extends { readonly text: MessageText }> = Omit<T, 'text'> & { readonly text: CarriedText };

const attached: CarriedText = { kind: 'attached' };

/** Moves the bytes of texts to `attachments`. */
export function detachTexts<T extends { readonly text: MessageText }>(
  items: readonly T[],
  attachments: Uint8Array[],
): Carried<T>[] {
  return items.map((item) => {
    if (item.text.kind === 'file') {
      const { known, ...text } = item.text;
      if (known === undefined) return { ...item, text };
      attachments.push(known.start);
      return { ...item, text: { ...text, lines: known.lines } };
    }
    attachments.push(item.text.bytes);
    return { ...item, text: attached };
  });
}

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
  return items.map((item) => {
    if (item.text.kind === 'attached')
      return { ...item, text: { kind: 'inline', bytes: next() } } as unknown as T;
    const { lines, ...text } = item.text;
    if (lines === undefined) return item as unknown as T;
    // A copy, which does not keep all that came with it.
    return { ...item, text: { ...text, known: { start: Uint8Array.from(next()), lines } } } as unknown as T;
  });
}
