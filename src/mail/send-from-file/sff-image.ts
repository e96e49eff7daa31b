/**
 * TCPIP$SMTP_SFF: `$ SMTP_SFF :== $TCPIP$SYSTEM:TCPIP$SMTP_SFF.EXE`, then `$ SMTP_SFF infile [-log logfile] [-loglevel 0|1]`.
 * Source: tcpip-smtp.md §5.9.
 */
import { Condition, conditionLines, INHIBIT_MESSAGE, SYSTEM, signal } from '../../condition/index.ts';
import { safeLine } from '../../mime/safe-text.ts';
import { type CommandOutput, commandOutput } from '../../system/command-output.ts';
import type { Image, ImageContext } from '../../system/image.ts';
import { resolveFile } from '../../system/resolve-file.ts';
import { SFF } from './messages.ts';
import { type SendFromFileDeps, sendFromFile } from './send-from-file.ts';

export interface SffImageDeps extends Omit<SendFromFileDeps, 'prohibitsHeaders'> {
  /** Sff-Requires-Priv, Prohibit-User-Headers. */
  readonly settings: () => Promise<{
    readonly sffRequiresPrivilege: boolean;
    readonly prohibitUserHeaders: boolean;
  }>;
}

/** One of these is enough where a privilege is required. */
const privileges = ['BYPASS', 'SYSPRV', 'OPER'] as const;

export function createSffImage(deps: SffImageDeps): Image {
  return async (context) => {
    const words = wordsOf(context.commandLine);
    if (words === undefined) {
      await context.output.writeLine(SFF.USAGE.text);
      return SFF.USAGE.value | INHIBIT_MESSAGE;
    }
    const isPrivileged = privileges.some((each) => context.process.privileges.has(each));
    const settings = await deps.settings();
    if (!isPrivileged && settings.sffRequiresPrivilege) signal(SYSTEM.NOPRIV);
    const log = await openLog(context, words.log);
    try {
      return await send(context, words, log, { ...deps, prohibitsHeaders: settings.prohibitUserHeaders });
    } finally {
      await log.close();
    }
  };
}

async function send(
  context: ImageContext,
  { file, level }: SffWords,
  log: CommandOutput,
  deps: SendFromFileDeps,
): Promise<number> {
  const say = async (problem: Condition): Promise<void> => {
    for (const line of conditionLines(problem)) await log.line(line);
  };
  try {
    const reader = await openInput(context, file);
    try {
      const tell = (line: string): Promise<void> =>
        level > 0 ? log.line(safeLine(line)) : Promise.resolve();
      const { entry, jobName } = await sendFromFile(reader, context.process.account.userName, deps, tell);
      if (level > 0) await say(new Condition(SFF.SENT, [entry, jobName]));
      return SYSTEM.NORMAL.value;
    } finally {
      await reader.close();
    }
  } catch (error) {
    // The log is where diagnostics go, whatever it is.
    if (!(error instanceof Condition)) throw error;
    await say(error);
    return error.value | INHIBIT_MESSAGE;
  }
}

async function openInput({ process }: ImageContext, file: string) {
  try {
    return await process.files.openBytes(await resolveFile(process, file), 'read');
  } catch (error) {
    if (error instanceof Condition) throw new Condition(SFF.OPENIN, [file], { secondary: [error] });
    throw error;
  }
}

async function openLog(context: ImageContext, file: string | undefined): Promise<CommandOutput> {
  try {
    return await commandOutput(context, file);
  } catch (error) {
    if (error instanceof Condition && file !== undefined)
      throw new Condition(SFF.OPENLOG, [file], { secondary: [error] });
    throw error;
  }
}

interface SffWords {
  readonly file: string;
  readonly log: string | undefined;
  readonly level: number;
}

/** Undefined where they make no sense. V4.2 writes -logfile. */
function wordsOf(line: string): SffWords | undefined {
  const words = [...line.matchAll(/"((?:[^"]|"")*)"|\S+/g)].map(([word, quoted]) =>
    quoted === undefined ? word : quoted.replaceAll('""', '"'),
  );
  let file: string | undefined;
  let log: string | undefined;
  let level = '0';
  while (words.length > 0) {
    const word = words.shift()!;
    const option = word.toLowerCase();
    if (option === '-log' || option === '-logfile') log = words.shift() ?? '';
    else if (option === '-loglevel') level = words.shift() ?? '';
    else if (word.startsWith('-') || file !== undefined) return undefined;
    else file = word;
  }
  return file === undefined || file === '' || log === '' || !/^[01]$/.test(level)
    ? undefined
    : { file, log, level: Number(level) };
}
