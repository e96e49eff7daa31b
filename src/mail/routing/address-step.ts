/**
 * One step from a forward-path: whose mailbox, forwarding or list it is, or to which host it goes. Source: tcpip-smtp.md §5.1–§5.5, §5.8.
 */
import { condition } from '../../condition/index.ts';
import type { Account } from '../../ports/system-store.ts';
import { parseMailbox } from '../../smtp/path.ts';
import { MAIL } from '../messages.ts';
import { type AddressParts, addressParts, canonicalDomain, quotedLocalPart } from './address-parts.ts';
import type { Destination, Mailbox } from './destination.ts';
import { forwardingPaths } from './forwarding-address.ts';
import type { LocalDomains } from './local-domains.ts';
import { PROCEDURES_FILE, type ProcedureAlias, procedureAlias } from './procedure-aliases.ts';
import { isRewritten, originalSender } from './sender-rewriting.ts';
import type { SmtpFiles } from './smtp-files.ts';

export type AddressStep =
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

export interface AddressStepDependencies {
  readonly domains: LocalDomains;
  readonly nodeName: string;
  readonly accounts: { account(userName: string): Promise<Account | undefined> };
  readonly forwarding: (userName: string) => Promise<string | undefined>;
  readonly files: SmtpFiles;
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
export const POSTMASTER_FALLBACK = 'SYSTEM';

/** Rejects only when a store is broken. */
export function createAddressStep(
  deps: AddressStepDependencies,
): (forwardPath: string) => Promise<AddressStep> {
  const { domains } = deps;

  const step = async (forwardPath: string): Promise<AddressStep> => {
    const parts = addressParts(forwardPath);
    if (!(await domains.isLocal(parts.domain))) {
      return remoteStep(parts, forwardPath);
    }
    return localStep(parts, forwardPath);
  };

  /** SET FORWARD and lists are not checked when they are written: what no peer could take ends here. */
  const remoteStep = (parts: AddressParts, forwardPath: string): AddressStep => {
    const path = pathOf(parts);
    return typeof parseMailbox(path, { utf8: true }) === 'string'
      ? { kind: 'failed', reply: `553 5.1.3 <${forwardPath}> ... Syntax error in address` }
      : { kind: 'remote', forwardPath: path, domain: parts.domain };
  };

  const localStep = async (parts: AddressParts, forwardPath: string): Promise<AddressStep> => {
    if (isRewritten(parts.localPart)) return rewrittenStep(parts.localPart, forwardPath);
    const name = parts.localPart.toUpperCase();
    const user = await userStep(parts.localPart, forwardPath);
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
  const rewrittenStep = async (localPart: string, forwardPath: string): Promise<AddressStep> => {
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
  const folderStep = async (parts: AddressParts, forwardPath: string): Promise<AddressStep | undefined> => {
    const plus = parts.localPart.indexOf('+');
    if (plus <= 0) return undefined;
    const found = await userStep(parts.localPart.slice(0, plus), forwardPath);
    const folder = parts.localPart.slice(plus + 1);
    return found?.kind === 'mailbox' && folder !== '' ? { ...found, folder } : found;
  };

  /** Undefined where there is no such user. */
  const userStep = async (localPart: string, forwardPath: string): Promise<AddressStep | undefined> => {
    const name = localPart.toUpperCase();
    // Names of users are ASCII: letters that are not, and have such capitals (ı, ſ, ß), write none of them.
    const isOther = /[^\x00-\x7f]/.test(localPart);
    if (isOther && (await deps.accounts.account(name)) !== undefined) return undefined;
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
  const throughGateway = async (parts: AddressParts, forwardPath: string): Promise<AddressStep> => {
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

  const postmasterStep = (name: string): AddressStep => ({
    kind: 'forward',
    userName: name,
    paths: [name === SMTP_ACCOUNT ? POSTMASTER_FALLBACK : (deps.settings().postmaster ?? SMTP_ACCOUNT)],
  });

  return step;
}

export const isPostmaster = (name: string, alias: string | undefined): boolean =>
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
