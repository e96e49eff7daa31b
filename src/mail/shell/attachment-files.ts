/** /ATTACHMENT of SEND, REPLY, FORWARD and MAIL, ours: files that go with a message, and what a forwarded one has. */
import type { ParsedCommand, QualifierDefinition } from '../../command-definition/index.ts';
import { parseFileSpecification } from '../../file-specification/index.ts';
import { mediaType } from '../../mime/media-types.ts';
import type { FileEntry, FileSystem } from '../../ports/file-system.ts';
import { type Attachment, attachmentFileName, type Message, type OutgoingAttachment } from '../index.ts';
import type { MailSession } from './mail-session.ts';
import { openFailure } from './text-files.ts';

export const attachmentQualifier: QualifierDefinition = {
  negatable: false,
  value: { required: true, list: true, type: '$INFILE', concatenates: false },
  summary: 'files that go with the message',
};

/** A file that whoever called the command MAIL has opened: it is none of the node's. */
export interface HostFile {
  /** As its receivers see it. */
  readonly name: string;
  /** Read once. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** The files named, all of them there and readable. Signals `%MAIL-E-OPENIN` with the reason behind it. */
export async function attachmentFiles(
  session: Pick<MailSession, 'image' | 'resolveFile' | 'hostFiles'>,
  command: ParsedCommand,
): Promise<readonly OutgoingAttachment[]> {
  const { files } = session.image.process;
  const found: OutgoingAttachment[] = [];
  for (const each of command.values('ATTACHMENT')) {
    const hostFile = session.hostFiles.get(each);
    if (hostFile !== undefined) {
      const type = /\.([^.]*)$/.exec(hostFile.name)?.[1] ?? '';
      found.push({ ...hostFile, type: mediaType(type) });
      continue;
    }
    let specification = each;
    try {
      specification = await session.resolveFile(each, '.TXT');
      found.push(fileAttachment(files, await files.lookup(specification, 'read')));
    } catch (error) {
      throw openFailure(error, 'OPENIN', specification);
    }
  }
  return found;
}

/** What goes with a message; undefined: it is text alone. A forwarded message keeps what it had. */
export async function outgoingAttachments(
  files: readonly OutgoingAttachment[],
  forwarded?: Message,
): Promise<AsyncIterable<OutgoingAttachment> | undefined> {
  const original = forwarded !== undefined && (await hasAttachments(forwarded)) ? forwarded : undefined;
  if (original === undefined && files.length === 0) return undefined;
  return (async function* () {
    // An attached message goes whole, with what is attached to it.
    if (original !== undefined) {
      for await (const each of original.attachments(isOutermost))
        yield { ...each, name: each.name ?? plainName(each) };
    }
    yield* files;
  })();
}

/** What had no name is called as EXTRACT would call it. */
function plainName(attachment: Attachment): string {
  const { name, type } = attachmentFileName(attachment);
  return `${name}.${type}`.toLowerCase();
}

const isOutermost = ({ within }: Attachment): boolean => within === undefined;

async function hasAttachments(message: Message): Promise<boolean> {
  for await (const _ of message.attachments(isOutermost)) return true;
  return false;
}

/** Receivers of today expect small letters: `report.pdf`. */
function fileAttachment(
  files: Pick<FileSystem, 'openBytes'>,
  { specification }: FileEntry,
): OutgoingAttachment {
  const { name, type } = parseFileSpecification(specification);
  const fileName = `${name}${type === '.' ? '' : type}`.replace(/\^(.)/g, '$1').toLowerCase();
  return {
    name: fileName,
    type: mediaType(type.slice(1)),
    bytes: bytesOf(files, specification),
  };
}

/** Opened when its turn has come: a message may have more of them than a process may have files open. */
async function* bytesOf(
  files: Pick<FileSystem, 'openBytes'>,
  specification: string,
): AsyncGenerator<Uint8Array> {
  const reader = await files.openBytes(specification).catch((error: unknown) => {
    throw openFailure(error, 'OPENIN', specification);
  });
  try {
    for (let bytes = await reader.read(); bytes !== undefined; bytes = await reader.read()) yield bytes;
  } finally {
    await reader.close();
  }
}
