/** Who can receive mail here: accounts that exist and are not flagged DISMAIL. vms-mail.md §5.2, §5.6 */
import { type Condition, condition } from '../../condition/index.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import { MAIL } from '../messages.ts';

export interface UserDirectory {
  /** Why this user gets no mail, or undefined when he does. Cheap for users asked for before. */
  refusal(userName: string): Promise<Condition | undefined>;
}

/** Users remembered; a site has fewer, and who asks for more invents them. */
const REMEMBERED = 10_000;

export function createUserDirectory(systemStore: SystemStore): UserDirectory {
  const known = new Map<string, Condition | undefined>();
  let counter = systemStore.changeCounter();
  return {
    async refusal(userName) {
      const now = systemStore.changeCounter();
      if (now !== counter || known.size > REMEMBERED) {
        known.clear();
        counter = now;
      }
      if (known.has(userName)) return known.get(userName);
      const account = await systemStore.account(userName);
      const refusal =
        account === undefined
          ? condition(MAIL.NOSUCHUSR, userName)
          : account.flags.includes('DISMAIL')
            ? condition(MAIL.USERDSABL, userName)
            : undefined;
      known.set(userName, refusal);
      return refusal;
    },
  };
}
