/** The logical names TCPIP$POP_…, read anew for each connection. Source: tcpip-smtp.md §7.2. */
import type { LogicalNames } from '../system/logical-names.ts';
import type { SaslPolicy } from '../system/sasl-policy.ts';
import { parseDelta } from '../vms-time/index.ts';

/** With what the node has for all its services: how clients authenticate themselves. */
export interface PopSettings extends SaslPolicy {
  /** FRIENDLY: errors of a login tell what was wrong. Default SECURE. */
  readonly isFriendly: boolean;
  /** Most messages served of one maildrop; 0: all. */
  readonly messageMaximum: number;
  /** Milliseconds. RFC 1939 §3: at least ten minutes. */
  readonly idleMs: number;
  /** What was retrieved stays in NEWMAIL. */
  readonly leavesInNewmail: boolean;
  /** The folder MAIL is served, and NEWMAIL goes there first. */
  readonly usesMailFolder: boolean;
  /** A header made of MAIL's fields stands in front of mail that came by SMTP, too. Deviation: default off. */
  readonly showsMail11Headers: boolean;
  readonly sendsIdHeaders: boolean;
  /** APOP, and its stamp in the greeting. Deviation: default off, since clients that see a stamp try nothing else. */
  readonly offersApop: boolean;
  /** USER and PASS are refused. */
  readonly refusesPasswords: boolean;
  /** The dialogues go to NODE.LOG, without passwords and messages. */
  readonly traces: boolean;
  /** QUIT reclaims space. */
  readonly reclaims: boolean;
  /** Seconds between two logins of a user; 0: none. RFC 2449 §6.5 */
  readonly loginDelaySeconds: number;
}

const TEN_MINUTES = 600_000;

export function popSettings(names: Pick<LogicalNames, 'lookup'>): Omit<PopSettings, keyof SaslPolicy> {
  const value = (name: string): string | undefined => names.lookup(`TCPIP$POP_${name}`)?.values[0];
  const isOn = (name: string): boolean => isTrue(value(name));
  return {
    isFriendly: value('SECURITY')?.toUpperCase() === 'FRIENDLY',
    messageMaximum: count(value('MESSAGE_MAXIMUM'), 65_535),
    idleMs: idleTime(value('LINK_IDLE_TIMEOUT')),
    leavesInNewmail: isOn('LEAVE_IN_NEWMAIL'),
    usesMailFolder: isOn('USE_MAIL_FOLDER'),
    showsMail11Headers: value('IGNORE_MAIL11_HEADERS') !== undefined && !isOn('IGNORE_MAIL11_HEADERS'),
    sendsIdHeaders: isOn('SEND_ID_HEADERS'),
    offersApop: isOn('APOP'),
    refusesPasswords: isOn('DISUSERPASS'),
    traces: isOn('TRACE'),
    reclaims: isOn('PURGE_RECLAIM'),
    loginDelaySeconds: count(value('LOGIN_DELAY'), 86_400),
  };
}

/** "Defined" is enough, but a name that says no means no. */
const isTrue = (value: string | undefined): boolean =>
  value !== undefined && !/^(?:0|F|FALSE|N|NO|OFF)$/i.test(value);

const count = (value: string | undefined, most: number): number => {
  const number = Number(value ?? 0);
  return Number.isInteger(number) && number >= 0 && number <= most ? number : 0;
};

function idleTime(value: string | undefined): number {
  if (value === undefined) return TEN_MINUTES;
  try {
    // `0 00:10:00.00`, too: in a quoted string the days may stand in front of a blank.
    return Math.max(parseDelta(value.trim().replace(/^(\d{1,4}) +(?=\d)/, '$1-')), 1_000);
  } catch {
    return TEN_MINUTES;
  }
}
