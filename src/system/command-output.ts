/** Where a display goes: SYS$OUTPUT, or the file that /OUTPUT names. Shared by the SHOW verbs of all tables. */
import type { ImageContext } from './image.ts';

export interface CommandOutput {
  line(text: string): Promise<void>;
  close(): Promise<void>;
}

/** @param fileName  value of /OUTPUT; undefined writes to SYS$OUTPUT. Throws RMS conditions. */
export async function commandOutput(
  context: ImageContext,
  fileName: string | undefined,
): Promise<CommandOutput> {
  if (fileName === undefined) {
    return {
      line: async (text) => void (await context.output.writeLine(text)),
      close: async () => {},
    };
  }
  const writer = await context.process.files.create(specification(context, fileName));
  return { line: (text) => writer.write(text), close: () => writer.close() };
}

/** Directory and type filled in; a device that is a logical name translated. */
function specification({ process }: ImageContext, fileName: string): string {
  const [, device = '', rest = ''] = /^(?:([^:[\]<>]+):)?(.*)$/s.exec(fileName) ?? [];
  const translated = device === '' ? '' : process.logicalNames.translate(device);
  const place = device === '' && !/^[[<]/.test(rest) ? process.defaultDirectory : '';
  const lead = translated === '' || /[\]>:]$/.test(translated) ? translated : `${translated}:`;
  const name = /\.[^\]>]*$/.test(rest) ? rest : `${rest}.LIS`;
  return place + lead + name;
}
