/**
 * The editor of MAIL: which it is, messages composed in it, and messages looked at in it. A callable editor is the one of the
 * terminal, whatever its name; MAIL$EDIT may name a command procedure instead, which a subprocess runs.
 * Source: vms-mail.md §2.0.1, §2.10, §2.33 (SET EDITOR), §3.5, §6.3.
 */
import { Condition, condition, isSuccess, RMS, signal } from '../../condition/index.ts';
import type { Profile } from '../../ports/mail-store.ts';
import { edit, recordsOrNone } from '../../system/editing.ts';
import { MAIL } from '../index.ts';
import type { MailSession } from './mail-session.ts';
import { temporaryFileName } from './temporary-files.ts';

export type Editor =
  | { readonly kind: 'callable'; readonly name: string }
  | { readonly kind: 'procedure'; readonly file: string };

const DEFAULT_EDITOR = 'TPU';

/** SET EDITOR wins over MAIL$EDIT. */
export function editorOf(session: MailSession, profile: Pick<Profile, 'editor'>): Editor {
  const value = session.image.process.logicalNames.lookup('MAIL$EDIT')?.values[0];
  if (profile.editor !== undefined || value === undefined || value === '')
    return { kind: 'callable', name: profile.editor ?? DEFAULT_EDITOR };
  const callable = /^CALLABLE_(.+)$/i.exec(value)?.[1];
  return callable === undefined
    ? { kind: 'procedure', file: value }
    : { kind: 'callable', name: callable.toUpperCase() };
}

const currentEditor = async (session: MailSession): Promise<Editor> =>
  editorOf(session, await session.mail.profile(session.userName));

/**
 * Has a message written in the editor.
 * @param initial  what stands there already
 * @returns a file in SYS$SCRATCH with the text; whoever asked removes it when it has been sent
 * Throws SENDABORT when the editor was left without saving, and what `failureOf` says.
 */
export async function composeInEditor(
  session: MailSession,
  initial: Iterable<string> | AsyncIterable<string>,
): Promise<string> {
  const editor = await currentEditor(session);
  const file = await session.resolveFile(`SYS$SCRATCH:${temporaryFileName(session, 'SEND')}`);
  if (editor.kind === 'procedure') return composeWithProcedure(session, editor, file, initial);
  return withEditor(session, editor, () =>
    edit(
      session.image,
      { name: temporaryFileName(session, 'SEND'), text: initial, ...stopOf(session) },
      async (edited) => {
        if (!edited.isSaved) throw condition(MAIL.SENDABORT);
        return writeFile(session, file, edited.lines);
      },
    ),
  );
}

/** P1 is the text there is, or empty; P2 the file to write. */
async function composeWithProcedure(
  session: MailSession,
  editor: Extract<Editor, { kind: 'procedure' }>,
  file: string,
  initial: Iterable<string> | AsyncIterable<string>,
): Promise<string> {
  const { files } = session.image.process;
  const input = await writeInput(session, initial);
  try {
    await runProcedure(session, editor, [input ?? '', file]);
    return (await files.lookup(file)).specification;
  } catch (error) {
    if (error instanceof Condition && error.definition === RMS.FNF) throw condition(MAIL.SENDABORT);
    throw error;
  } finally {
    if (input !== undefined) await files.remove(input).catch(() => undefined);
  }
}

/** Undefined where there is no text: the procedure gets "" then. */
async function writeInput(
  session: MailSession,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<string | undefined> {
  const file = await session.resolveFile(`SYS$SCRATCH:${temporaryFileName(session, 'EDIT')}`);
  let isEmpty = true;
  const counted = (async function* () {
    for await (const line of lines) {
      isEmpty = false;
      yield line;
    }
  })();
  const written = await writeFile(session, file, counted);
  if (!isEmpty) return written;
  await session.image.process.files.remove(written);
  return undefined;
}

/** Shows lines in the editor; what is written there counts for nothing. */
export async function showInEditor(session: MailSession, lines: AsyncIterable<string>): Promise<void> {
  const editor = await currentEditor(session);
  const name = temporaryFileName(session, 'READ');
  if (editor.kind === 'callable') {
    const request = { name, text: lines, isReadOnly: true, ...stopOf(session) };
    return withEditor(session, editor, () => edit(session.image, request, async () => undefined));
  }
  const file = await writeFile(session, await session.resolveFile(`SYS$SCRATCH:${name}`), lines);
  try {
    await runProcedure(session, editor, [file, '']);
  } finally {
    await session.image.process.files.remove(file).catch(() => undefined);
  }
}

/** Runs work that calls the editor. Throws CAPTIVE, or ERACTED with the reason behind it. */
export async function withEditor<T>(
  session: MailSession,
  editor: Extract<Editor, { kind: 'callable' }>,
  work: () => Promise<T>,
): Promise<T> {
  requireFreeAccount(session);
  try {
    return await work();
  } catch (error) {
    if (error instanceof Condition && error.definition.facility === 'TPU')
      throw condition(MAIL.ERACTED, editor.name).with(error);
    throw error;
  }
}

/** What leads out of MAIL is not for captive users. Signals CAPTIVE. */
export function requireFreeAccount(session: MailSession): void {
  if (session.image.process.account.flags.includes('CAPTIVE')) signal(MAIL.CAPTIVE);
}

async function runProcedure(
  session: MailSession,
  { file }: Extract<Editor, { kind: 'procedure' }>,
  parameters: readonly string[],
): Promise<void> {
  requireFreeAccount(session);
  const quoted = parameters.map((each) => `"${each}"`).join(' ');
  let status: number;
  try {
    status = await session.image.subprocesses().spawn({ command: `@${file} ${quoted}` });
  } catch (error) {
    throw error instanceof Condition ? condition(MAIL.EDITPROC).with(error) : error;
  }
  // What was wrong has been shown there.
  if (!isSuccess(status)) signal(MAIL.EDITPROC);
}

async function writeFile(
  { image: { process } }: MailSession,
  file: string,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<string> {
  const writer = await process.files.create(file);
  try {
    for await (const line of lines) await writer.write(line);
  } finally {
    await writer.close();
  }
  return writer.specification;
}

const stopOf = ({ image: { signal: stop } }: MailSession) => ({ signal: stop });

/** The lines of a message that was composed. */
export const composedLines = (session: MailSession, file: string): AsyncIterable<string> =>
  recordsOrNone(session.image.process, file);
