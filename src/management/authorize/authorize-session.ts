/** One activation of AUTHORIZE: what its verbs share. */
import { condition, conditionLines, type MessageDefinition } from '../../condition/index.ts';
import type { Account, SystemStore } from '../../ports/system-store.ts';
import type { ImageContext } from '../../system/image.ts';
import { hasWildcard } from '../../system/name-pattern.ts';
import { UAF } from './messages.ts';

export interface AuthorizeSession {
  readonly image: ImageContext;
  readonly store: SystemStore;
  /** Mail of a user who is called something else from now on. False where there is mail of the new name. */
  readonly renameMail: (userName: string, newName: string) => Promise<boolean>;
  isEnding: boolean;
  /** SYSUAF.DAT was. */
  isModified: boolean;
  /** The rights database was. */
  areRightsModified: boolean;
}

export async function say(
  session: AuthorizeSession,
  message: MessageDefinition,
  ...args: string[]
): Promise<void> {
  for (const line of conditionLines(condition(message, ...args))) await session.image.output.writeLine(line);
}

export const writeLines = async (session: AuthorizeSession, lines: readonly string[]): Promise<void> => {
  for (const line of lines) await session.image.output.writeLine(line);
};

/** Accounts that a name, a pattern or `[group,*]` means. Throws BADSPC. */
export async function matchingAccounts(
  { store }: AuthorizeSession,
  specification: string,
): Promise<readonly Account[]> {
  const uic = /^\[\s*([0-7]+|\*)\s*,\s*([0-7]+|\*)\s*\]$/.exec(specification);
  const found =
    uic === null
      ? await store.accounts(specification)
      : (await store.accounts()).filter(
          (each) => isPart(uic[1]!, each.uic.group) && isPart(uic[2]!, each.uic.member),
        );
  if (found.length === 0) throw condition(UAF.BADSPC);
  return found;
}

const isPart = (pattern: string, value: number): boolean =>
  pattern === '*' || Number.parseInt(pattern, 8) === value;

/** The one account of this name. Throws BADUSR. */
export async function oneAccount({ store }: AuthorizeSession, userName: string): Promise<Account> {
  const found = hasWildcard(userName) ? undefined : await store.account(userName);
  if (found === undefined) throw condition(UAF.BADUSR);
  return found;
}
