/** Where ANALYZE MAIL writes: the terminal, and with /LOG a log file as well. Source: tcpip-smtp.md §2.6. */
import type { ParsedCommand } from '../command-definition/index.ts';
import { commandOutput } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import { formatTime } from '../vms-time/index.ts';

export interface AnalysisOutput {
  line(text: string): Promise<void>;
  close(): Promise<void>;
}

const LOG_FILE = 'TCPIP$SMTP_ANALYZE.LOG';

export async function openAnalysisOutput(
  command: ParsedCommand,
  context: VerbContext,
): Promise<AnalysisOutput> {
  const log = command.present('LOG')
    ? await commandOutput(context, command.value('LOG') ?? LOG_FILE)
    : undefined;
  await log?.line(`${'%'.repeat(12)}  SMTP ANALYZE                              ${'%'.repeat(12)}`);
  await log?.line(`Starting analyze at ${formatTime(context.process.clock.now())}`);
  return {
    async line(text) {
      await context.output.writeLine(text);
      await log?.line(text);
    },
    close: async () => log?.close(),
  };
}
