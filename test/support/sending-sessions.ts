/** Sessions that keep sending until they are stopped, one message after the other; one that is cut reconnects. */
import { pause } from './process-node.ts';
import { SmtpLine } from './smtp-line.ts';

/** Before somebody who was cut off comes again. */
const RECONNECT_MS = 30;

/**
 * @param options.pauseMs  between two messages of a session
 * @param send  one message over a session that has said EHLO
 * @param cut  why a session ended before it was stopped
 */
export function startSending(
  options: { readonly port: number; readonly sessions: number; readonly pauseMs: number },
  send: (line: SmtpLine) => Promise<void>,
  cut: (reason: Error) => void,
): { stop(): Promise<void> } {
  let isStopping = false;
  const session = async (): Promise<void> => {
    while (!isStopping) {
      const line = new SmtpLine(options.port);
      try {
        await line.reply();
        await line.command('EHLO client.example');
        while (!isStopping) {
          await send(line);
          await pause(options.pauseMs);
        }
        await line.command('QUIT');
      } catch (error) {
        cut(error as Error);
        await pause(RECONNECT_MS);
      } finally {
        line.close();
      }
    }
  };
  const sessions = Array.from({ length: options.sessions }, session);
  return {
    async stop() {
      isStopping = true;
      await Promise.all(sessions);
    },
  };
}
