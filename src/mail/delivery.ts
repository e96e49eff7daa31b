/**
 * Delivery into mail files, as the symbiont sees it: one transaction per batch, new mail announced after it.
 * Source: vms-mail.md §3.10, §6.4; DESIGN §5.
 */
import { Condition, condition, reasonOf, SYSTEM } from '../condition/index.ts';
import { fao } from '../fao/fao.ts';
import { safeText } from '../mime/safe-text.ts';
import type { LocalDelivery, LocalDeliveryResult, MailDelivery } from '../ports/local-delivery.ts';
import { DEFAULT_MAIL_FILE, type NewMessage } from '../ports/mail-store.ts';
import { textSizeBytes } from '../ports/message-text.ts';
import { Outage } from '../system/outage.ts';
import type { UserDirectory } from './addressing/index.ts';
import { NEWMAIL } from './folder-names.ts';
import { decodedHeader } from './internet-header.ts';
import type { MailDependencies } from './mail-service.ts';
import { SCREEN } from './screen-texts.ts';

/** Notices to one user per batch; whoever gets more mail at once sees the rest in MAIL. */
const NOTICES_PER_USER = 5;

type Dependencies = Pick<
  MailDependencies,
  'store' | 'clock' | 'log' | 'nodeName' | 'announce' | 'tellOperators' | 'quota'
> & {
  readonly users: UserDirectory;
  readonly noticesWithTime: () => Promise<boolean>;
};

export function createDelivery(deps: Dependencies): MailDelivery {
  const outage = new Outage(
    deps,
    { begins: 'delivery into mail files failed', ends: 'mail is delivered into mail files again' },
    {
      begins: (error) =>
        deps.tellOperators?.(`Mail files cannot be written, mail waits in the queue: ${reasonOf(error)}`, {
          about: 'mail files',
        }),
      ends: () =>
        deps.tellOperators?.('Mail files can be written again, mail is delivered', {
          about: 'mail files',
          isOver: true,
        }),
    },
  );
  return {
    async deliver(batch) {
      const results: LocalDeliveryResult[] = new Array(batch.length);
      const messages: NewMessage[] = [];
      const places: number[] = [];
      const refusals = new Map<string, Condition | undefined>();
      for (const { userName } of batch) {
        if (!refusals.has(userName)) refusals.set(userName, await deps.users.refusal(userName.toUpperCase()));
      }
      const limits = new Map<string, number | undefined>();
      for (const userName of refusals.keys()) limits.set(userName, await deps.quota?.limitOf(userName));
      for (const [place, delivery] of batch.entries()) {
        const refusal = refusals.get(delivery.userName);
        if (refusal !== undefined) {
          results[place] = { kind: 'failed', reason: refusal.message };
          continue;
        }
        const { folder } = delivery;
        messages.push(
          newMessage(
            delivery,
            folder === undefined ? NEWMAIL : await folderFor(delivery, folder, deps),
            limits.get(delivery.userName),
          ),
        );
        places.push(place);
      }
      await store(deps, outage, messages, places, results);
      return results;
    },
    knownDeliveryKeys: (keys) => deps.store.knownDeliveryKeys(keys),
    forgetDeliveryKeys: (keys, beginnings) => deps.store.forgetDeliveryKeys(keys, beginnings),
    async forwarding(userName) {
      return (await deps.store.profile(userName))?.forwarding;
    },
  };
}

function noRoomFor({ text, limitBytes }: NewMessage): LocalDeliveryResult {
  const sizeBytes = text.kind === 'stored' ? text.sizeBytes : textSizeBytes(text);
  const kind = limitBytes !== undefined && sizeBytes > limitBytes ? 'tooLarge' : 'full';
  return { kind, reason: condition(SYSTEM.EXDISKQUOTA).message };
}

async function store(
  deps: Dependencies,
  outage: Outage,
  messages: readonly NewMessage[],
  places: readonly number[],
  results: LocalDeliveryResult[],
): Promise<void> {
  if (messages.length === 0) return;
  try {
    const stored = await deps.store.deliver(messages);
    outage.worked();
    for (const [index, place] of places.entries())
      results[place] = stored[index] === 'full' ? noRoomFor(messages[index]!) : { kind: 'delivered' };
    const delivered = messages.filter((_, index) => stored[index] === 'delivered');
    // The mail is there: what goes wrong with notices is nothing to try again for.
    await announceAll(deps, delivered).catch((error: unknown) =>
      deps.log.error({ err: error }, 'new mail could not be announced'),
    );
  } catch (error) {
    // Whatever keeps the store from writing passes: the mail waits in the queue.
    const reason = error instanceof Condition ? error.message : 'mail file cannot be written';
    outage.failed(error);
    for (const place of places) results[place] = { kind: 'retry', reason };
  }
}

/**
 * The folder as it is called there: strangers make no folders, and bring nothing into the wastebasket. Lower case in an address
 * means the folder in upper case; where there is none, the one of just that name.
 */
async function folderFor(
  { userName, makesFolder }: LocalDelivery,
  folder: string,
  { store }: Pick<Dependencies, 'store'>,
): Promise<string> {
  const file = await store.mailFile(userName.toUpperCase(), DEFAULT_MAIL_FILE);
  if (file === undefined) return makesFolder ? folder.toUpperCase() : NEWMAIL;
  for (const name of [folder.toUpperCase(), folder]) {
    if (name === file.wastebasketName) return NEWMAIL;
    if ((await store.folder(file.id, name)) !== undefined) return name;
  }
  return makesFolder ? folder.toUpperCase() : NEWMAIL;
}

function newMessage(delivery: LocalDelivery, folder: string, limitBytes: number | undefined): NewMessage {
  const { from, to, cc, subject } = delivery.format === 'rfc5322' ? decodedHeader(delivery) : delivery;
  return {
    deliveryKey: delivery.deliveryKey,
    owner: delivery.userName.toUpperCase(),
    folder,
    // New mail is what stands in NEWMAIL: READ/NEW and the count of new messages know no other.
    isNew: folder === NEWMAIL,
    receivedAt: delivery.receivedAt,
    from,
    to,
    cc,
    subject,
    text: delivery.text,
    format: delivery.format,
    limitBytes,
  };
}

/** NOTIFY10 to NOTIFY40: `New mail on node MOURYA from MOURYA::JONES (11:22:42)`. */
export async function announceAll(
  deps: Pick<Dependencies, 'announce' | 'nodeName' | 'noticesWithTime' | 'clock'>,
  messages: readonly NewMessage[],
): Promise<void> {
  if (deps.announce === undefined || messages.length === 0) return;
  const time = (await deps.noticesWithTime()) ? deps.clock.now() : undefined;
  const notices = new Map<string, number>();
  for (const { owner, from } of messages) {
    const count = notices.get(owner) ?? 0;
    notices.set(owner, count + 1);
    if (count >= NOTICES_PER_USER) continue;
    const sender = safeText(from);
    deps.announce(owner, noticeText(deps.nodeName, sender, time));
  }
}

function noticeText(nodeName: string, sender: string, time: number | undefined): string {
  if (time === undefined) {
    return nodeName === ''
      ? fao(SCREEN.NOTIFY20.text, ['', sender])
      : fao(SCREEN.NOTIFY10.text, ['', nodeName, sender]);
  }
  return nodeName === ''
    ? fao(SCREEN.NOTIFY40.text, ['', sender, time])
    : fao(SCREEN.NOTIFY30.text, ['', nodeName, sender, time]);
}
