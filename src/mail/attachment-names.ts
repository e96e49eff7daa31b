/**
 * What an attachment is called as a file: whatever its sender wrote becomes one plain name and type, without directory,
 * device, version, wildcard or anything that cannot be seen. Source: dcl.md §12 for names of files.
 */
import { fileTypeOf } from '../mime/media-types.ts';
import type { Attachment } from './attachments.ts';

/** Longest in bytes: a host takes 255, and versions and numbers follow. */
const NAME_BYTES = 150;
const TYPE = /^[A-Z0-9$_-]{1,20}$/;
/** What the system would run, or read as commands, because of its name alone: a stranger does not choose that. */
const commands = new Set(['COM', 'EXE', 'CLD']);
const unseen = /\p{Default_Ignorable_Code_Point}|\p{C}/gu;

/** `REPORT`, `PDF`. */
export function attachmentFileName({
  name = '',
  number,
  type: media,
}: Pick<Attachment, 'name' | 'number' | 'type'>): { readonly name: string; readonly type: string } {
  // What stands in front of a slash was a directory of the sender's.
  const last = name.normalize('NFC').replace(unseen, '').split(/[\\/]/).at(-1)!;
  const upper = last.toUpperCase();
  const dot = upper.lastIndexOf('.');
  const [stem, ending] = dot === -1 ? [upper, ''] : [upper.slice(0, dot), upper.slice(dot + 1)];
  const fileType = fileTypeOf(media);
  if (ending !== '' && TYPE.test(ending) && !commands.has(ending)) {
    return { name: plain(stem) || `ATTACHMENT_${number}`, type: ending };
  }
  const whole = ending === '' ? stem : `${stem}_${ending}`;
  return {
    name: plain(whole) || `ATTACHMENT_${number}`,
    type: commands.has(fileType) ? 'TXT' : fileType,
  };
}

/** Letters, digits, `$`, `_` and `-`; others become `_`. */
function plain(text: string): string {
  const name = text
    .slice(0, 1_000)
    .replace(/[^\p{L}\p{N}$_-]+/gu, '_')
    .replace(/^[_-]+|_+$/g, '');
  // A letter that is cut in two is none.
  return Buffer.from(name)
    .subarray(0, NAME_BYTES)
    .toString()
    .replace(/\ufffd+$/, '');
}
