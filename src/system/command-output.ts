/** Where a display goes: SYS$OUTPUT, or the file that /OUTPUT names. Shared by the SHOW verbs of all tables. */
import type { ParsedCommand } from '../command-definition/index.ts';
import type { ImageContext } from './image.ts';
import { resolveFileForCreate } from './resolve-file.ts';
import { sessionDevice } from './session-device.ts';

export interface CommandOutput {
  line(text: string): Promise<void>;
  close(): Promise<void>;
}

/** The file of /OUTPUT; undefined without one. /NOOUTPUT: nothing is shown, and the command is there for its status. */
export const outputFile = (command: ParsedCommand): string | undefined =>
  command.negated('OUTPUT') ? 'NL:' : command.value('OUTPUT');

/** @param fileName  value of /OUTPUT; undefined writes to SYS$OUTPUT. Throws RMS conditions. */
export async function commandOutput(
  context: ImageContext,
  fileName: string | undefined,
): Promise<CommandOutput> {
  const device = fileName === undefined ? 'SYS$OUTPUT' : sessionDevice(fileName, context.process);
  // By its name: behind it stands the terminal, or the log of a batch job, which is open already.
  if (fileName === undefined || (device !== undefined && device !== 'NL')) {
    return {
      line: async (text) => void (await context.output.writeLine(text)),
      close: async () => {},
    };
  }
  const writer = await context.process.files.create(resolveFileForCreate(context.process, fileName, '.LIS'));
  return { line: (text) => writer.write(text), close: () => writer.close() };
}

/** All of a listing at once, where the command's /OUTPUT says. */
export async function writeListing(
  context: Parameters<typeof commandOutput>[0],
  fileName: string | undefined,
  lines: Iterable<string>,
): Promise<void> {
  const out = await commandOutput(context, fileName);
  try {
    for (const line of lines) await out.line(line);
  } finally {
    await out.close();
  }
}
