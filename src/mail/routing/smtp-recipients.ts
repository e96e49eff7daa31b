/**
 * Where a forward-path leads: a mailbox of this node, other addresses (SET FORWARD, a list), another host, or nowhere.
 * The receiver asks at RCPT (`RecipientCheck`), the symbiont when it delivers; both get the answer of this file.
 *
 * A step from an address: address-step.ts; all steps to their ends: expansion.ts.
 * Source: tcpip-smtp.md §5.1–§5.5, §5.8; vms-mail.md §5.5; RFC 5321 §3.9, §4.5.1.
 */
import type { RecipientCheck, RecipientVerdict } from '../../ports/recipient-check.ts';
import type { MailQuota } from '../quota.ts';
import { addressParts, canonicalDomain } from './address-parts.ts';
import {
  type AddressStep,
  type AddressStepDependencies,
  createAddressStep,
  isPostmaster,
  POSTMASTER_FALLBACK,
} from './address-step.ts';
import type { Destination } from './destination.ts';
import { expansion } from './expansion.ts';

export interface SmtpRecipients extends RecipientCheck {
  /** Rejects only when a store is broken: then try again later. */
  resolve(forwardPath: string): Promise<Destination>;
}

export interface SmtpRecipientsDependencies extends AddressStepDependencies {
  /** Default: nobody has a limit. */
  readonly quota?: Pick<MailQuota, 'isThere' | 'of'>;
}

export function createSmtpRecipients(deps: SmtpRecipientsDependencies): SmtpRecipients {
  const { domains } = deps;
  const step = createAddressStep(deps);

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
    const found = await expansion(forwardPath, step);
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
  step: (path: string) => Promise<AddressStep>,
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
