/** Notices of new mail, NOTIFY10 to NOTIFY40. Source: vms-mail.md §3.10, §6.2. */
import { describe, expect, it } from 'vitest';
import { mailServiceForTests } from '../../test/support/mail-service.ts';

async function noticeOf(nodeName: string, flags: string | undefined): Promise<readonly string[]> {
  const { mail, systemStore, notices } = await mailServiceForTests({ nodeName });
  if (flags !== undefined)
    await systemStore.putSystemLogicalName({ name: 'MAIL$SYSTEM_FLAGS', values: [flags], attributes: [] });
  await mail.send({
    ...{ userName: 'SMITH', recipients: [{ kind: 'local', userName: 'JONES' }] },
    ...{ toText: 'JONES', ccText: '', subject: '', text: [] },
  });
  return notices;
}

describe('the notice of new mail', () => {
  it.each([
    ['VAX1', undefined, 'New mail on node VAX1 from VAX1::SMITH'],
    ['', undefined, 'New mail from SMITH'],
    ['VAX1', '7', 'New mail on node VAX1 from VAX1::SMITH (06:37:49)'],
    ['', '4', 'New mail from SMITH (06:37:49)'],
    ['VAX1', '3', 'New mail on node VAX1 from VAX1::SMITH'],
    ['VAX1', 'nonsense', 'New mail on node VAX1 from VAX1::SMITH'],
  ])('of node "%s" with flags %s', async (nodeName, flags, notice) => {
    expect((await noticeOf(nodeName, flags)).at(-1)).toContain(notice);
  });
});
