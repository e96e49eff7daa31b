/** Keys of a record, in a form whose order as text is the order of the file. */
import type { KeyDefinition } from '../../../ports/record-stream.ts';

/** What stands at the segments, filled up with blanks; undefined when the record ends before the key does. */
export function keyOf(record: string, { segments }: KeyDefinition): string | undefined {
  const end = Math.max(...segments.map(({ position, size }) => position + size));
  if (record.length < end) return undefined;
  return segments.map(({ position, size }) => record.slice(position, position + size)).join('');
}

export const keySize = ({ segments }: KeyDefinition): number =>
  segments.reduce((sum, { size }) => sum + size, 0);
