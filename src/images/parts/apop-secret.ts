/** POP_SECRET.DAT in a user's MAIL directory: what APOP knows him by. Source: tcpip-smtp.md §7.1. */
import { Condition } from '../../condition/index.ts';
import { SECRET_LIMIT } from '../../pop/index.ts';
import type { MailPart } from './mail-part.ts';
import type { NodeContext } from './node-context.ts';

/** Undefined: he has none, or one that others may read. */
export async function apopSecret(
  { systemStore, files }: NodeContext,
  mail: MailPart['mail'],
  userName: string,
): Promise<string | undefined> {
  if ((await systemStore.account(userName.toUpperCase())) === undefined) return undefined;
  const specification = `${await mail.mailDirectory(userName.toUpperCase())}POP_SECRET.DAT`;
  try {
    const found = await files.lookup(specification);
    if (found === undefined) return undefined;
    const { group, world } = found.protection;
    if (group !== '' || world !== '') return undefined;
    const reader = await files.openRead(specification);
    try {
      const secret = await reader.read();
      return secret === undefined || secret.length > SECRET_LIMIT ? undefined : secret;
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (error instanceof Condition) return undefined;
    throw error;
  }
}
