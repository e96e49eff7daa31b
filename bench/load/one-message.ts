/** One message for many, over a session of its own. It pipelines its recipients, which smtp-source does not, and may name any of them. */
import { SmtpLine } from '../../test/support/smtp-line.ts';

/** Recipients that are on their way at a time. */
const AT_ONCE = 100;

/** Resolves with the 250. Rejects when a recipient is refused. */
export async function sendOne(port: number, forwardPaths: readonly string[], bytes: number): Promise<void> {
  const line = new SmtpLine(port, 600_000);
  const expect = async (wanted: string): Promise<void> => {
    const reply = await line.reply();
    if (!reply.startsWith(wanted)) throw new Error(`one message for many is answered ${reply}`);
  };
  try {
    await expect('220');
    line.write('EHLO client.example\r\n');
    await expect('250');
    line.write('MAIL FROM:<>\r\n');
    await expect('250');
    for (let first = 0; first < forwardPaths.length; first += AT_ONCE) {
      const some = forwardPaths.slice(first, first + AT_ONCE);
      line.write(some.map((each) => `RCPT TO:<${each}>\r\n`).join(''));
      for (const _ of some) await expect('250');
    }
    line.write('DATA\r\n');
    await expect('354');
    line.write(
      `From: <sender@bench.example>\r\nSubject: bench\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(bytes / 72)}.\r\n`,
    );
    await expect('250');
  } finally {
    line.close();
  }
}
