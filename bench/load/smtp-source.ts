/** Load of Postfix's smtp-source, which costs the machine little: it is written in C, and keeps no message. */
import { spawn, spawnSync } from 'node:child_process';

export interface SourceLoad {
  readonly sessions: number;
  readonly messages: number;
  /** Of text. */
  readonly bytes: number;
  /** More than one message over a connection. */
  readonly keepsOpen: boolean;
  readonly forwardPath: string;
  /** `1user@…` to `Nuser@…` instead, in turn. */
  readonly users?: number;
}

export const hasSmtpSource = (): boolean => spawnSync('which', ['smtp-source']).status === 0;

const PATIENCE_MS = 300_000;

/** Rejects when anything is refused, and after five minutes. */
export async function sendFromSource(port: number, load: SourceLoad): Promise<void> {
  const { messages, users = messages } = load;
  // It numbers recipients from 1 on as long as it runs.
  for (let sent = 0; sent < messages; sent += users)
    await runSource(port, { ...load, messages: Math.min(users, messages - sent) });
}

function runSource(port: number, load: SourceLoad): Promise<void> {
  const values = {
    '-s': load.sessions,
    '-m': load.messages,
    '-l': load.bytes,
    '-f': 'sender@bench.example',
    '-t': load.forwardPath,
  };
  const flags = [...(load.keepsOpen ? ['-d'] : []), ...(load.users === undefined ? [] : ['-N'])];
  const args = [...Object.entries(values).flat().map(String), ...flags, `127.0.0.1:${port}`];
  return new Promise((resolve, reject) => {
    const child = spawn('smtp-source', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: PATIENCE_MS,
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`smtp-source: ${signal ?? `exit status ${code}`}`)),
    );
  });
}
