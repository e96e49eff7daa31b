/**
 * Which mail file is meant: by default MAIL.MAI in the mail directory, which is the login directory with the profile's
 * subdirectory. In the store a file of the mail directory goes by its name alone, so that SET MAIL_DIRECTORY moves all of
 * them at once. Source: vms-mail.md §2.33, §4.1.
 */
import { condition, RMS } from '../condition/index.ts';
import type { Account } from '../ports/system-store.ts';
import { MAIL } from './messages.ts';

/** `DKA0:[JONES]` + `[.MAIL]` → `DKA0:[JONES.MAIL]`. */
export function mailDirectoryOf(
  account: Account | undefined,
  userName: string,
  subdirectory: string | undefined,
): string {
  const login = account === undefined ? `SYS$SYSDEVICE:[${userName}]` : loginDirectory(account);
  const inner = /^\[\.(.+)\]$/.exec(subdirectory ?? '')?.[1];
  return inner === undefined ? login : login.replace(/\]$/, `.${inner}]`);
}

/** Either field may hold the whole of it: `DKA0:` and `[JONES]`, or `DKA0:[JONES]`. */
function loginDirectory(account: Account): string {
  if (/:\[.*\]$/.test(account.directory)) return account.directory;
  if (/\]$/.test(account.device)) return account.device;
  return `${account.device}${account.directory}`;
}

export interface MailFileName {
  /** As the store names it: `MAIL.MAI`, or a full specification. */
  readonly name: string;
  /** `DKA0:[JONES]MAIL.MAI;1` */
  readonly specification: string;
  /** Directory with device, upper case. */
  readonly directory: string;
}

/** Throws `%MAIL-E-PARSEFAIL` + `-RMS-F-SYN` for what is no file specification. */
export function mailFileName(fileSpec: string, mailDirectory: string): MailFileName {
  const found = /^((?:[A-Z0-9$_]+:)?(?:\[[A-Z0-9$_.-]*\])?)([A-Z0-9$_-]*)(\.[A-Z0-9$_-]*)?(;\d*)?$/.exec(
    fileSpec.trim().toUpperCase(),
  );
  if (found === null) throw condition(MAIL.PARSEFAIL, fileSpec).with(condition(RMS.SYN));
  const [, place = '', file = '', type = '.MAI'] = found;
  const directory = directoryOf(place, mailDirectory);
  const name = `${file === '' ? 'MAIL' : file}${type}`;
  const isInMailDirectory = directory === mailDirectory.toUpperCase();
  return {
    name: isInMailDirectory ? name : `${directory}${name}`,
    specification: `${directory}${name};1`,
    directory,
  };
}

function directoryOf(place: string, mailDirectory: string): string {
  const home = mailDirectory.toUpperCase();
  if (place === '') return home;
  const device = /^[^:[]+:/.exec(place)?.[0] ?? /^[^:[]+:/.exec(home)?.[0] ?? '';
  const directory = /\[.*\]$/.exec(place)?.[0] ?? /\[.*\]$/.exec(home)?.[0] ?? '';
  if (directory.startsWith('[.'))
    return `${device}${/\[.*(?=\])/.exec(home)?.[0] ?? '['}${directory.slice(1)}`;
  return `${device}${directory}`;
}
