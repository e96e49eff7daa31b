/**
 * Break-in evasion: failures to log in make a source a suspect, too many an intruder, and intruders are refused whatever
 * password they give, for a while. Source: Guide to System Security, Detecting Break-Ins; SYSGEN parameters LGI_….
 *
 * Ours, where the product counts user and node alone: a host that fails with many users is an intruder as a whole, so that
 * nobody tries one password on everybody. Its record is `192.0.2.7::*`, and counts users, not failures: a program that sits
 * behind the address of a whole office and repeats one wrong password is evaded for that user alone.
 */
import { isIPv6 } from 'node:net';
import type { IntrusionKey, IntrusionRecord, IntrusionRecords } from '../ports/intrusion-records.ts';
import { bareName } from './device-name.ts';
import type { LoginParameters } from './login-parameters.ts';

/** Where somebody tries to log in. */
export type LoginSource =
  | { readonly kind: 'network'; readonly address: string }
  /** `FTA1:` */
  | { readonly kind: 'terminal'; readonly terminal: string }
  | { readonly kind: 'process' };

export interface IntrusionRules {
  readonly records: IntrusionRecords;
  readonly parameters: LoginParameters;
  /** 0 up to 1. */
  readonly random: () => number;
}

/** Longer ones are nobody's; what is kept of them is bounded. */
const LONGEST_USER_NAME = 32;
const MS = 1_000;

/** True while the source is evaded: refused whatever it says. */
export async function isEvaded(
  { records }: Pick<IntrusionRules, 'records'>,
  source: LoginSource,
  userName: string,
  now: number,
  parameters: LoginParameters,
): Promise<boolean> {
  const [own, host = own] = keysOf(source, userName, parameters);
  for (const key of [own, host]) {
    const record = await records.intrusion(key);
    if (record?.isIntruder === true && record.expires > now) return true;
  }
  return false;
}

/**
 * Counts a failure.
 * @returns the record of the source; `becameIntruder` for the failure that made it, or its host, one
 */
export async function noteFailure(
  rules: IntrusionRules,
  source: LoginSource,
  userName: string,
  now: number,
): Promise<{ readonly record: IntrusionRecord; readonly becameIntruder: boolean }> {
  const [key, host] = keysOf(source, userName, rules.parameters);
  const record = (await rules.records.changeIntrusion(key, now, (before) => ({
    ...afterFailure(rules, before, now),
    ...key,
  })))!;
  let becameIntruder = becomesIntruder(rules, record);
  if (host !== undefined)
    await rules.records.changeIntrusion(host, now, (before) => {
      const users = before?.users ?? [];
      // One user who fails again and again says nothing about his host.
      if (before !== undefined && users.includes(key.source)) return before;
      const after = { ...afterFailure(rules, before, now), ...host, users: [...users, key.source] };
      becameIntruder ||= becomesIntruder(rules, after);
      return after;
    });
  return { record, becameIntruder };
}

const becomesIntruder = ({ parameters }: IntrusionRules, { isIntruder, count }: Counted): boolean =>
  isIntruder && count === parameters.LGI_BRK_LIM;

/** The right password was given: who was a suspect is none. What is known of its host stays. */
export async function noteSuccess(
  { records, parameters }: Pick<IntrusionRules, 'records' | 'parameters'>,
  source: LoginSource,
  userName: string,
  now: number,
): Promise<void> {
  const [key] = keysOf(source, userName, parameters);
  // Nearly always there is none, and nothing is written.
  if ((await records.intrusion(key)) !== undefined) await records.changeIntrusion(key, now, () => undefined);
}

type Counted = Pick<IntrusionRecord, 'count' | 'expires' | 'isIntruder'>;

/** @param before  undefined also where it has expired */
function afterFailure(
  { parameters, random }: IntrusionRules,
  before: Counted | undefined,
  now: number,
): Counted {
  const count = (before?.count ?? 0) + 1;
  if (count < parameters.LGI_BRK_LIM) {
    const expires = (before?.expires ?? now) + parameters.LGI_BRK_TMO * MS;
    return { count, expires, isIntruder: false };
  }
  // Attempts that were under way when it became one do not make it longer.
  const expires =
    before?.isIntruder === true
      ? before.expires
      : now + Math.round(parameters.LGI_HID_TIM * MS * (1 + random() / 2));
  return { count, expires, isIntruder: true };
}

/** The source's own, and that of its host. */
function keysOf(
  source: LoginSource,
  userName: string,
  { LGI_BRK_TERM }: LoginParameters,
): readonly [own: IntrusionKey, host?: IntrusionKey] {
  const user = userName.slice(0, LONGEST_USER_NAME).toUpperCase();
  if (source.kind === 'network') {
    const node = intrusionNode(source.address);
    return [
      { class: 'NETWORK', source: `${node}::${user}` },
      { class: 'NETWORK', source: `${node}::*` },
    ];
  }
  if (source.kind === 'terminal' && LGI_BRK_TERM !== 0)
    return [{ class: 'TERM_USER', source: `${bareName(source.terminal)}:${user}` }];
  return [{ class: 'USERNAME', source: user }];
}

/** The address; of IPv6 the network of 64 bits, which is what one peer has. */
export function intrusionNode(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [plain = ''] = address.split('%');
  if (!isIPv6(plain)) return plain.toUpperCase();
  const [head = '', tail] = plain.split('::');
  const groups = (text: string): string[] => text.split(':').filter((each) => each !== '');
  const front = groups(head);
  const rest = tail === undefined ? [] : groups(tail);
  // A dotted quad at the end is two groups.
  const count = (list: readonly string[]): number =>
    list.reduce((sum, each) => sum + (each.includes('.') ? 2 : 1), 0);
  const zeros = tail === undefined ? 0 : 8 - count(front) - count(rest);
  const all = [...front, ...Array<string>(zeros).fill('0'), ...rest];
  const network = all.slice(0, 4).map((each) => Number.parseInt(each, 16).toString(16).toUpperCase());
  return `${network.join(':')}::/64`;
}
