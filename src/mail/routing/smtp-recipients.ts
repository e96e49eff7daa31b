/**
 * Where a forward-path leads: a mailbox of this node, other addresses (SET FORWARD, a list), another host, or nowhere.
 * The receiver asks at RCPT (`RecipientCheck`), the symbiont when it delivers; both get the answer of this file.
 *
 * Forwarding and lists are followed to their ends in one go, so that a loop is seen here and never on the queue.
 * Source: tcpip-smtp.md §5.1–§5.5, §5.8; vms-mail.md §5.5; RFC 5321 §3.9, §4.5.1.
 */
import { condition } from '../../condition/index.ts';
import type { RecipientCheck, RecipientVerdict } from '../../ports/recipient-check.ts';
import type { Account } from '../../ports/system-store.ts';
import { parseMailbox } from '../../smtp/path.ts';
import { MAIL } from '../messages.ts';
import type { MailQuota } from '../quota.ts';
import { type AddressParts, addressParts, canonicalDomain, quotedLocalPart } from './address-parts.ts';
import { forwardingPaths } from './forwarding-address.ts';
import type { LocalDomains } from './local-domains.ts';
import { PROCEDURES_FILE, type ProcedureAlias, procedureAlias } from './procedure-aliases.ts';
import { isRewritten, originalSender } from './sender-rewriting.ts';
import type { SmtpFiles } from './smtp-files.ts';

/** A mailbox of this node. `folder`: of `user+folder@host`, as it was written; where there is none it is NEWMAIL. */
interface Mailbox {
  readonly kind: 'mailbox';
  readonly userName: string;
  readonly folder?: string;
}

export type Destination =
  | Mailbox
  /** A job of a batch queue gets it. */
  | { readonly kind: 'procedure'; readonly alias: ProcedureAlias }
  /** Forwarded, or a list: these forward-paths take its place. */
  | {
      readonly kind: 'expanded';
      readonly forwardPaths: readonly string[];
      readonly by: 'forward' | 'list';
      /** Of the list: who gets what comes back from its members. */
      readonly owner?: string;
    }
  | {
      readonly kind: 'remote';
      /** To say in RCPT TO. */
      readonly forwardPath: string;
      readonly domain: string;
      /** `user!host`: to this gateway, whatever the domain. tcpip-smtp.md §5.5 */
      readonly gateway?: string;
    }
  /** Never deliverable: the reply line for the bounce, with reply code or a MAIL message. */
  | { readonly kind: 'failed'; readonly reply: string };

export interface SmtpRecipients extends RecipientCheck {
  /** Rejects only when a store is broken: then try again later. */
  resolve(forwardPath: string): Promise<Destination>;
}

export interface SmtpRecipientsDependencies {
  readonly domains: LocalDomains;
  readonly nodeName: string;
  readonly accounts: { account(userName: string): Promise<Account | undefined> };
  readonly forwarding: (userName: string) => Promise<string | undefined>;
  readonly files: SmtpFiles;
  /** Default: nobody has a limit. */
  readonly quota?: Pick<MailQuota, 'isThere' | 'of'>;
  /** What makes rewritten senders ours; undefined while there are none. */
  readonly rewriting?: () => Promise<{ readonly secret: string; readonly now: number } | undefined>;
  readonly settings: () => {
    readonly generalGateway?: string;
    readonly postmaster?: string;
    readonly postmasterAlias?: string;
  };
}

/** RFC 5321 §4.5.1: always there. tcpip-smtp.md §5.8: the product's own account for it. */
const POSTMASTER = 'POSTMASTER';
const SMTP_ACCOUNT = 'TCPIP$SMTP';
/** Who reads the postmaster's mail while nobody has been named with SET FORWARD/USER=POSTMASTER. */
const POSTMASTER_FALLBACK = 'SYSTEM';

/** One step from a forward-path. */
type Step =
  | Extract<Destination, { kind: 'procedure' }>
  | Mailbox
  | { readonly kind: 'forward'; readonly userName: string; readonly paths: readonly string[] }
  | {
      readonly kind: 'list';
      readonly name: string;
      readonly paths: readonly string[];
      readonly owner: string | undefined;
    }
  | Extract<Destination, { kind: 'remote' | 'failed' }>;

export function createSmtpRecipients(deps: SmtpRecipientsDependencies): SmtpRecipients {
  const { domains } = deps;

  const step = async (forwardPath: string): Promise<Step> => {
    const parts = addressParts(forwardPath);
    if (!(await domains.isLocal(parts.domain))) {
      return remoteStep(parts, forwardPath);
    }
    return localStep(parts, forwardPath);
  };

  /** SET FORWARD and lists are not checked when they are written: what no peer could take ends here. */
  const remoteStep = (parts: AddressParts, forwardPath: string): Step => {
    const path = pathOf(parts);
    return typeof parseMailbox(path, { utf8: true }) === 'string'
      ? { kind: 'failed', reply: `553 5.1.3 <${forwardPath}> ... Syntax error in address` }
      : { kind: 'remote', forwardPath: path, domain: parts.domain };
  };

  const localStep = async (parts: AddressParts, forwardPath: string): Promise<Step> => {
    if (isRewritten(parts.localPart)) return rewrittenStep(parts.localPart, forwardPath);
    const name = parts.localPart.toUpperCase();
    const user = await userStep(name, forwardPath);
    if (user !== undefined) return user;
    const list = isListName(parts.localPart) ? await deps.files.list(`${name}.DIS`) : undefined;
    if (list !== undefined) {
      const { hostName } = domains;
      const paths = list.members.map((each) => memberPath(each, hostName));
      return { kind: 'list', name, paths, owner: list.owner && memberPath(list.owner, hostName) };
    }
    if (isPostmaster(name, deps.settings().postmasterAlias)) return postmasterStep(name);
    const alias = await procedureStep(name);
    if (alias !== undefined) return { kind: 'procedure', alias };
    return (await folderStep(parts, forwardPath)) ?? throughGateway(parts, forwardPath);
  };

  /** What comes back to a sender that was rewritten here goes to him; nobody else makes such an address. */
  const rewrittenStep = async (localPart: string, forwardPath: string): Promise<Step> => {
    const rewriting = await deps.rewriting?.();
    const sender = rewriting && originalSender(localPart, rewriting);
    return sender === undefined
      ? { kind: 'failed', reply: `550 5.1.1 <${forwardPath}> ... Addressee unknown` }
      : { kind: 'forward', userName: localPart, paths: [sender] };
  };

  /** Behind users and lists: nobody's mail is taken away by a line of that file. */
  const procedureStep = async (name: string): Promise<ProcedureAlias | undefined> => {
    const service = await deps.accounts.account(SMTP_ACCOUNT);
    const records = await deps.files.systemRecords(PROCEDURES_FILE, service?.uic);
    return records && procedureAlias(records, name);
  };

  /**
   * `user+folder@host`: the user's mail, for that folder of his. Whose mail is forwarded gets it without. Ours; RFC 5233 has
   * the same form.
   */
  const folderStep = async (parts: AddressParts, forwardPath: string): Promise<Step | undefined> => {
    const plus = parts.localPart.indexOf('+');
    if (plus <= 0) return undefined;
    const found = await userStep(parts.localPart.slice(0, plus).toUpperCase(), forwardPath);
    const folder = parts.localPart.slice(plus + 1);
    return found?.kind === 'mailbox' && folder !== '' ? { ...found, folder } : found;
  };

  /** Undefined where there is no such user. */
  const userStep = async (name: string, forwardPath: string): Promise<Step | undefined> => {
    const forward = await deps.forwarding(name);
    if (forward !== undefined && forward !== '') {
      const paths = forwardingPaths(forward, deps.nodeName);
      return paths === undefined
        ? { kind: 'failed', reply: `550 5.1.1 <${forwardPath}> ... ${forward} cannot be reached by SMTP` }
        : { kind: 'forward', userName: name, paths };
    }
    if (name === POSTMASTER || name === SMTP_ACCOUNT) return postmasterStep(name);
    const account = await deps.accounts.account(name);
    if (account === undefined) return undefined;
    return account.flags.includes('DISMAIL')
      ? { kind: 'failed', reply: condition(MAIL.USERDSABL, name).message }
      : { kind: 'mailbox', userName: account.userName };
  };

  /** `user%host` and `user!host` at this node: tcpip-smtp.md §5.2, §5.5. */
  const throughGateway = async (parts: AddressParts, forwardPath: string): Promise<Step> => {
    const percent = parts.localPart.lastIndexOf('%');
    if (percent > 0 && percent < parts.localPart.length - 1) {
      const inner = {
        localPart: parts.localPart.slice(0, percent),
        domain: canonicalDomain(parts.localPart.slice(percent + 1)),
      };
      return step(pathOf(inner));
    }
    const gateway = deps.settings().generalGateway;
    if (parts.localPart.includes('!') && gateway !== undefined) {
      return { kind: 'remote', forwardPath: pathOf(parts), domain: parts.domain, gateway };
    }
    return { kind: 'failed', reply: `550 5.1.1 <${forwardPath}> ... Addressee unknown` };
  };

  const postmasterStep = (name: string): Step => ({
    kind: 'forward',
    userName: name,
    paths: [name === SMTP_ACCOUNT ? POSTMASTER_FALLBACK : (deps.settings().postmaster ?? SMTP_ACCOUNT)],
  });

  /** Whether a chain of aliases, made by the manager, leads to this user. @param seen  aliases that were followed, none of them twice */
  const leadsTo = async (path: string, userName: string, seen: Set<string>): Promise<boolean> => {
    const next = await step(path);
    if (next.kind === 'mailbox') return next.userName === userName;
    if (next.kind !== 'forward') return false;
    // Who forwards his own mail gives nobody the right to send in his name.
    if ((await deps.accounts.account(next.userName)) !== undefined) return next.userName === userName;
    if (seen.has(next.userName)) return false;
    seen.add(next.userName);
    for (const each of next.paths) if (await leadsTo(each, userName, seen)) return true;
    return false;
  };

  const resolve = async (forwardPath: string): Promise<Destination> => {
    const found = await closure(forwardPath, step);
    if (found.kind !== 'failed') return found;
    // RFC 5321 §4.5.1: mail to the postmaster is never refused, whatever SET FORWARD says.
    const parts = addressParts(forwardPath);
    const name = parts.localPart.toUpperCase();
    const isOwn =
      isPostmaster(name, deps.settings().postmasterAlias) && (await domains.isLocal(parts.domain));
    return isOwn ? { kind: 'mailbox', userName: POSTMASTER_FALLBACK } : found;
  };

  return {
    resolve,
    check: (forwardPath) => verdict(forwardPath, step, resolve),
    async room(forwardPath, sizeBytes) {
      if (deps.quota === undefined || !(await deps.quota.isThere())) return 'enough';
      const found = await resolve(forwardPath);
      const use = found.kind === 'mailbox' ? await deps.quota.of(found.userName) : undefined;
      if (use === undefined) return 'enough';
      if (sizeBytes > use.limitBytes) return 'never';
      return use.usedBytes + Math.max(sizeBytes, 1) > use.limitBytes ? 'full' : 'enough';
    },
    async verify(name) {
      const first = await step(name);
      switch (first.kind) {
        case 'mailbox':
          return { kind: 'user', userName: first.userName, address: `${first.userName}@${domains.hostName}` };
        case 'forward': {
          // Where somebody has the mail sent is nobody's business outside.
          const isUser = (await resolve(name)).kind !== 'failed';
          const address = `${first.userName}@${domains.hostName}`;
          return isUser ? { kind: 'user', userName: first.userName, address } : { kind: 'unknown' };
        }
        case 'procedure': {
          const { name: alias } = first.alias;
          return { kind: 'user', userName: alias, address: `${alias}@${domains.hostName}` };
        }
        case 'list':
          return { kind: 'list', name: first.name };
        case 'remote':
          return { kind: 'remote', address: first.forwardPath };
        case 'failed':
          return { kind: 'unknown' };
      }
    },
    isAddressOf: (address, userName) => leadsTo(address, userName, new Set()),
    async loginName(given) {
      const at = given.lastIndexOf('@');
      const domain = canonicalDomain(given.slice(at + 1));
      if (at <= 0 || domain === '' || !(await domains.isLocal(domain))) return given;
      const name = given.slice(0, at);
      if ((await deps.accounts.account(name.toUpperCase())) !== undefined) return name;
      const found = await resolve(given);
      return found.kind === 'mailbox' && found.folder === undefined ? found.userName : name;
    },
    async expand(list) {
      const first = await step(list);
      return first.kind === 'list' ? first.paths : undefined;
    },
  };
}

async function verdict(
  forwardPath: string,
  step: (path: string) => Promise<Step>,
  resolve: (path: string) => Promise<Destination>,
): Promise<RecipientVerdict> {
  const first = await step(forwardPath);
  switch (first.kind) {
    case 'mailbox':
    case 'procedure':
      return 'local';
    case 'remote':
      return 'remote';
    case 'list':
      return 'list';
    case 'forward':
      // A chain that ends nowhere is found out at RCPT, not by a bounce.
      return (await resolve(forwardPath)).kind === 'failed' ? 'unknown' : 'local';
    case 'failed':
      return (await resolve(forwardPath)).kind === 'failed' ? 'unknown' : 'local';
  }
}

/** Follows forwarding and lists to their ends. */
async function closure(root: string, step: (path: string) => Promise<Step>): Promise<Destination> {
  /** Ends found, by their forward-path: a set, so that a member of two lists gets one copy. */
  const ends = new Map<string, { readonly path: string; readonly destination: Destination }>();
  const finished = new Set<string>();
  const above: { readonly key: string; readonly isList: boolean }[] = [];
  let rootLoop: Destination | undefined;
  /** The list that is reached first: its owner looks after those it leads to, in whatever lists they are named. */
  let list: Extract<Step, { kind: 'list' }> | undefined;

  const follow = async (path: string): Promise<void> => {
    const next = await step(path);
    if (next.kind !== 'forward' && next.kind !== 'list') {
      const endName = endKey(next, path);
      if (!ends.has(endName)) ends.set(endName, { path, destination: next });
      return;
    }
    if (next.kind === 'list') list ??= next;
    const key = next.kind === 'list' ? `list ${next.name}` : `user ${next.userName}`;
    const seenAt = above.findIndex((each) => each.key === key);
    if (seenAt !== -1) {
      // Through a list everybody on it gets the message anyway; a loop of SET FORWARD reaches nobody. vms-mail.md §5.5
      if (next.kind === 'list' || above.slice(seenAt).some((each) => each.isList)) return;
      const loop: Destination = {
        kind: 'failed',
        reply: condition(MAIL.FORWLOOP, next.userName).message,
      };
      if (seenAt === 0) rootLoop = loop;
      ends.set(`loop ${key}`, { path, destination: loop });
      return;
    }
    if (finished.has(key)) return;
    above.push({ key, isList: next.kind === 'list' });
    for (const each of next.paths) await follow(each);
    above.pop();
    finished.add(key);
  };

  await follow(root);
  if (rootLoop !== undefined) return rootLoop;
  const found = [...ends.values()];
  const good = found.filter((each) => each.destination.kind !== 'failed');
  const only = found[0];
  if (only === undefined) return { kind: 'failed', reply: `550 5.1.1 <${root}> ... List is empty.` };
  if (good.length === 0) return only.destination;
  const isRootItself = found.length === 1 && only.path === root;
  const owner = list?.owner;
  if (isRootItself || (found.length === 1 && only.destination.kind === 'mailbox' && owner === undefined))
    return only.destination;
  const isList = (await step(root)).kind === 'list';
  return {
    ...(owner === undefined ? {} : { owner }),
    kind: 'expanded',
    forwardPaths: found.map(({ path, destination }) =>
      destination.kind === 'remote' ? destination.forwardPath : path,
    ),
    by: isList ? 'list' : 'forward',
  };
}

function endKey(end: Exclude<Step, { kind: 'forward' | 'list' }>, path: string): string {
  switch (end.kind) {
    case 'mailbox':
      return `user ${end.userName} ${end.folder?.toUpperCase() ?? ''}`;
    case 'procedure':
      return `procedure ${end.alias.name}`;
    case 'remote':
      return end.forwardPath;
    case 'failed':
      return `failed ${path}`;
  }
}

const isPostmaster = (name: string, alias: string | undefined): boolean =>
  name === POSTMASTER || name === SMTP_ACCOUNT || (alias !== undefined && name === alias.toUpperCase());

/** A list is a file name: nothing that could name a directory or a version. */
const isListName = (localPart: string): boolean => /^[A-Za-z0-9$_-]{1,39}$/.test(localPart);

/** A member of a list: an SMTP address; without a domain a user of this host. tcpip-smtp.md §5.4 */
function memberPath(record: string, hostName: string): string {
  const text = record.replace(/^SMTP%/i, '').replace(/^"(.*)"$/, '$1');
  const parts = addressParts(text);
  return pathOf(parts.domain === '' ? { ...parts, domain: hostName } : parts);
}

const pathOf = ({ localPart, domain }: AddressParts): string =>
  domain === '' ? quotedLocalPart(localPart) : `${quotedLocalPart(localPart)}@${domain}`;
