/** Files whose text is sent: SEND file, `$ MAIL file to`, signature files. Source: vms-mail.md §1.7, §2.0.1. */
import type { ParsedCommand } from '../../command-definition/index.ts';
import { Condition } from '../../condition/index.ts';
import { safeText } from '../../mime/safe-text.ts';
import type { ByteReader, FileSystem } from '../../ports/file-system.ts';
import type { Profile } from '../../ports/mail-store.ts';
import type { ResolveFile } from '../../system/process.ts';
import { MAIL } from '../index.ts';
import type { MailSession } from './mail-session.ts';

/** Records of an open file; whoever opened it disposes of it, read or not. */
export type TextFile = AsyncIterable<string> & AsyncDisposable;

/** Opens a text file. Signals `%MAIL-E-OPENIN, error opening X as input` with the reason behind it. */
export async function openTextFile(
  files: Pick<FileSystem, 'openBytes'>,
  resolveFile: ResolveFile,
  text: string,
  defaults: string,
): Promise<TextFile> {
  let specification = text;
  try {
    specification = await resolveFile(text, defaults);
    return records(await files.openBytes(specification));
  } catch (error) {
    throw openFailure(error, 'OPENIN', specification);
  }
}

/** A file condition as the reason of OPENIN or OPENOUT; anything else is passed on. */
export function openFailure(error: unknown, ident: 'OPENIN' | 'OPENOUT', specification: string): unknown {
  if (!(error instanceof Condition)) return error;
  const name = safeText(withVersion(specification));
  return new Condition(MAIL[ident], [name], { secondary: [error], cause: error });
}

/** `X.TXT;`: RMS names the file with the delimiter of the version it looked for. vms-mail.md §3.5 */
function withVersion(specification: string): string {
  return /\.[^.;\]>:]*$/.test(specification) ? `${specification};` : specification;
}

/** Lines of the signature that goes below a message; none when there is none. A missing file is an error. */
export async function signatureLines(
  session: MailSession,
  command: ParsedCommand,
  profile: Profile,
): Promise<readonly string[]> {
  const deciding = session.deciding(command, 'SIGNATURE_FILE');
  const file = deciding.negated('SIGNATURE_FILE')
    ? undefined
    : (deciding.value('SIGNATURE_FILE') ?? profile.signatureFile);
  if (file === undefined) return [];
  const defaults = `${await session.mail.mailDirectory(session.userName)}.SIG`;
  const { files } = session.image.process;
  await using text = await openTextFile(files, session.resolveFile, file, defaults);
  return await collect(text);
}

export async function collect(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

/** Files of before are in the DEC Multinational Character Set, those of today in UTF-8: line by line, whichever it is. */
const records = (reader: ByteReader): TextFile => ({
  async *[Symbol.asyncIterator]() {
    const { fileTextDecoder } = await import('../../mime/charset.ts');
    const { TextLines } = await import('../text-lines.ts');
    const decoder = fileTextDecoder();
    const lines = new TextLines();
    for (let bytes = await reader.read(); bytes !== undefined; bytes = await reader.read()) {
      yield* lines.push(decoder.write(bytes));
    }
    yield* lines.push(decoder.end());
    yield* lines.end();
  },
  [Symbol.asyncDispose]: () => reader.close(),
});
