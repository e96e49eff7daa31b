/** A listing file in the default directory, the next version of it. */
import { commandOutput } from '../../../system/command-output.ts';
import type { AuthorizeSession } from '../authorize-session.ts';

export async function writeListing(
  session: AuthorizeSession,
  fileName: string,
  lines: readonly string[],
): Promise<void> {
  const out = await commandOutput(session.image, fileName);
  try {
    for (const line of lines) await out.line(line);
  } finally {
    await out.close();
  }
}
