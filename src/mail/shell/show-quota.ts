/**
 * SHOW QUOTA of DCL: how much mail a user has and may have, which is all that is limited here. In blocks, as disks are.
 * Source: DCL Dictionary, SHOW QUOTA (layout, from memory).
 */
import { defineVerb } from '../../command-definition/index.ts';
import { SYSTEM, signal } from '../../condition/index.ts';
import type { Account } from '../../ports/system-store.ts';
import { uicText } from '../../system/accounts.ts';
import type { VerbContext } from '../../system/image.ts';
import { uicOf } from '../../system/owner-uic.ts';
import type { ProcessContext } from '../../system/process.ts';
import type { MailQuota, QuotaUse } from '../index.ts';

const BLOCK_BYTES = 512;
/** The one disk that mail is on. */
const DISK = 'DKA0';

/** @param quota  asked when it is needed: undefined where nothing can be limited */
export const showQuotaVerb = (quota: () => MailQuota | undefined) =>
  defineVerb<VerbContext>({
    name: 'SHOW QUOTA',
    summary: 'Shows how much mail you have and may have, in blocks.',
    source: 'DCL Dictionary, SHOW QUOTA',
    qualifiers: {
      DISK: { negatable: false, value: {}, summary: 'mail is on one disk: any is taken' },
      USER: { negatable: false, value: { required: true }, summary: 'UIC or name of a user; needs SYSPRV' },
    },
    async routine(command, { process, output }) {
      const limits = quota();
      if (limits === undefined || !(await limits.isThere())) signal(SYSTEM.QFNOTACT);
      const account = await accountOf(command.value('USER'), process);
      const use = await limits.of(account.userName);
      if (use === undefined) signal(SYSTEM.NODISKQUOTA);
      for (const line of quotaLines(account, use)) await output.writeLine(line);
      return SYSTEM.NORMAL.value;
    },
  });

async function accountOf(user: string | undefined, process: ProcessContext): Promise<Account> {
  if (user === undefined) return process.account;
  const account = await process.node.accountOfUic(await uicOf(user, process));
  if (account?.userName === process.account.userName) return account;
  if (!['SYSPRV', 'BYPASS', 'READALL'].some((each) => process.privileges.has(each))) signal(SYSTEM.NOPRIV);
  return account ?? signal(SYSTEM.NODISKQUOTA);
}

function quotaLines({ uic }: Account, { usedBytes, limitBytes }: QuotaUse): readonly string[] {
  const used = Math.ceil(usedBytes / BLOCK_BYTES);
  const limit = Math.floor(limitBytes / BLOCK_BYTES);
  const left = used > limit ? `${used - limit} OVERDRAWN` : `${limit - used} available`;
  return [
    `  User ${uicText(uic)} has ${used} blocks used, ${left},`,
    `  of ${limit} authorized and permitted overdraft of 0 blocks on ${DISK}`,
  ];
}
