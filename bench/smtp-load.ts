/** New mail over some sessions that are kept open, each 250 timed: how many a second, and how long none came. */
import { SmtpLine } from '../test/support/smtp-line.ts';

export interface LoadFigures {
  readonly accepted: number;
  readonly seconds: number;
  /** Longest time between two 250s of all sessions together, ms. */
  readonly longestGapMs: number;
}

export interface RunningLoad {
  readonly accepted: number;
  stop(): Promise<LoadFigures>;
}

export interface LoadOptions {
  readonly port: number;
  readonly forwardPath: string;
  /** Default 8. */
  readonly sessions?: number;
  /** Between two messages of a session; default none. */
  readonly pauseMs?: number;
}

const text = `From: <load@client.example>\r\nSubject: load\r\n\r\n${'All work and no play makes Jack a dull boy.\r\n'.repeat(24)}.\r\n`;

/** A session that is refused anything rejects `stop`. */
export function startLoad({ port, forwardPath, sessions = 8, pauseMs = 0 }: LoadOptions): RunningLoad {
  const started = performance.now();
  let accepted = 0;
  let last = started;
  let longestGapMs = 0;
  let isStopping = false;
  const note = (): void => {
    const now = performance.now();
    longestGapMs = Math.max(longestGapMs, now - last);
    last = now;
  };
  const session = async (): Promise<void> => {
    const line = new SmtpLine(port);
    await line.reply();
    await line.command('EHLO client.example');
    while (!isStopping) {
      line.write(`MAIL FROM:<sender@far.example>\r\nRCPT TO:<${forwardPath}>\r\nDATA\r\n`);
      for (const wanted of ['250', '250', '354']) {
        const reply = await line.reply();
        if (!reply.startsWith(wanted)) throw new Error(`new mail is answered ${reply}`);
      }
      const reply = await line.command(text.slice(0, -2));
      if (!reply.startsWith('250')) throw new Error(`new mail is answered ${reply}`);
      accepted++;
      note();
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    line.close();
  };
  const all = Promise.all(Array.from({ length: sessions }, session));
  all.catch(() => {});
  return {
    get accepted() {
      return accepted;
    },
    async stop() {
      isStopping = true;
      await all;
      note();
      return { accepted, seconds: (performance.now() - started) / 1_000, longestGapMs };
    },
  };
}
