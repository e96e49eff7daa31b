/**
 * Who may talk to the node: whoever can read its key, which is new with every start and lies in a file that only the
 * owner of the root can open. The protocol number comes first, so that programs of different versions part politely.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

export const PROTOCOL = 2;
/** A hello or welcome fits; nobody unknown makes us hold more. */
export const LONGEST_GREETING = 4_096;
export const GREETING_TIMEOUT_MS = 5_000;

export interface Hello {
  readonly protocol: number;
  readonly key: string;
  /** For the log: `TCPIP$SMTP_1`. */
  readonly process: string;
}

const keyFile = (socketPath: string): string => `${socketPath}.KEY`;

export function createKey(socketPath: string): string {
  const key = randomBytes(32).toString('hex');
  // A new file: its mode counts only when it is created.
  rmSync(keyFile(socketPath), { force: true });
  writeFileSync(keyFile(socketPath), key, { mode: 0o600, flag: 'wx' });
  chmodSync(keyFile(socketPath), 0o600);
  return key;
}

export const readKey = (socketPath: string): string => readFileSync(keyFile(socketPath), 'utf8');
export const removeKey = (socketPath: string): void => rmSync(keyFile(socketPath), { force: true });

/** Why the peer is refused, or undefined. */
export function refusal(hello: unknown, key: string): string | undefined {
  const { protocol, key: shown } = (hello ?? {}) as Partial<Hello>;
  if (protocol !== PROTOCOL) return `the node speaks protocol ${PROTOCOL}, not ${String(protocol)}`;
  const [theirs, ours] = [Buffer.from(typeof shown === 'string' ? shown : ''), Buffer.from(key)];
  const isRight = theirs.byteLength === ours.byteLength && timingSafeEqual(theirs, ours);
  return isRight ? undefined : 'the key of the node is wrong';
}
