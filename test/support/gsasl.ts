/** GNU SASL as a client that authenticates itself behind STARTTLS, and leaves. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Its channel binding is tried with the first, and left out with the others. */
export const gsaslMechanisms = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'PLAIN', 'LOGIN'] as const;

interface Login {
  readonly protocol: 'imap' | 'smtp';
  readonly port: number;
  readonly mechanism: string;
  readonly password: string;
}

/** As JONES at HEARTS. @returns all it printed, whether it was let in or not */
export async function gsasl({ protocol, port, mechanism, password }: Login): Promise<string> {
  const child = run('gsasl', [
    ...[`--${protocol}`, `--connect=127.0.0.1:${port}`, '--starttls', '--x509-ca-file='],
    ...[`--mechanism=${mechanism}`, '--authentication-id=jones', `--password=${password}`],
    ...['--authorization-id=', '--hostname=hearts.example'],
    ...(mechanism.endsWith('-PLUS') ? [] : ['--no-cb']),
  ]);
  // Asked for when it is in; at the end of the input it leaves.
  child.child.stdin?.end(protocol === 'smtp' ? 'QUIT\n' : '');
  const { stdout, stderr } = await child.catch((error: { stdout: string; stderr: string }) => error);
  return stdout + stderr;
}
