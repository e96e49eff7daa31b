/**
 * From the text of a To: line to recipients: lists, logical names, nodes, transports, forwarding. Every element is
 * checked now, so that MAIL can tell before it asks for the subject. Source: vms-mail.md §5.2–5.6.
 */
import { Condition, condition, RMS, SYSTEM } from '../../condition/index.ts';
import type { MailStore } from '../../ports/mail-store.ts';
import type { AddressContext, Recipient, ResolvedRecipients } from '../mail-service.ts';
import { MAIL } from '../messages.ts';
import { type Address, isSmtpTransport, parseAddress } from './address.ts';
import { withAsciiDomain } from './ascii-domain.ts';
import { LIST_LIMIT, readDistributionList } from './distribution-list.ts';
import { splitList } from './split-list.ts';
import type { UserDirectory } from './user-directory.ts';

/** To: and CC: hold so many characters each; more recipients go into a list (`@file`). vms-mail.md §5.1 */
export const ADDRESS_TEXT_LIMIT = 998;
/** Logical names are translated that often. vms-mail.md §5.2 */
const TRANSLATIONS = 10;

export interface ResolverDependencies {
  readonly store: Pick<MailStore, 'profile'>;
  readonly users: UserDirectory;
  readonly nodeName: string;
  /** This host's names: `user@host` that means a user here. */
  readonly hostName: string;
}

/** Where an element came from: guards against lists in lists and forwarding in circles. */
interface Trail {
  readonly translations: number;
  readonly lists: readonly string[];
  readonly forwarded: readonly string[];
  /** The node it was said to be at: `NODE::USER`. */
  readonly node?: string;
}

export async function resolveRecipients(
  text: string,
  context: AddressContext,
  deps: ResolverDependencies,
): Promise<ResolvedRecipients> {
  // The reference has the limit, but not what is said then: of the texts there are, the one that tells what to do.
  if (text.trim().length > ADDRESS_TEXT_LIMIT) return { good: [], bad: [condition(MAIL.LISTTOOLONG)] };
  const transport = (await deps.store.profile(context.user.userName))?.transport?.replace(/%$/, '');
  const resolution = new Resolution(context, deps, transport);
  for (const element of splitList(text)) {
    await resolution.element(element, { translations: 0, lists: [], forwarded: [] });
  }
  return { good: [...resolution.good.values()], bad: resolution.bad };
}

class Resolution {
  readonly good = new Map<string, Recipient>();
  readonly bad: Condition[] = [];
  readonly #context: AddressContext;
  readonly #deps: ResolverDependencies;
  /** SET TRANSPORT: prefix of addresses typed without node or transport. §5.4 */
  readonly #transportName: string | undefined;
  /** Elements looked at, nested lists and forwarding included. */
  #elements = 0;

  constructor(context: AddressContext, deps: ResolverDependencies, transport: string | undefined) {
    this.#context = context;
    this.#deps = deps;
    this.#transportName = transport;
  }

  async element(text: string, trail: Trail): Promise<void> {
    if (++this.#elements > LIST_LIMIT) {
      if (this.#elements === LIST_LIMIT + 1) this.bad.push(condition(MAIL.LISTTOOLONG));
      return;
    }
    const translated = this.#translate(text, trail);
    if (translated !== undefined) {
      for (const each of splitList(translated.join(','))) {
        await this.element(each, { ...trail, translations: trail.translations + 1 });
      }
      return;
    }
    const address = parseAddress(text);
    if (address === undefined) this.bad.push(condition(MAIL.USERSPEC, text));
    else if (address.kind === 'user' && this.#transportName !== undefined && trail.forwarded.length === 0) {
      await this.#transport(this.#transportName, [text], text, trail);
    } else await this.#address(address, text, trail);
  }

  /** A node's, a transport's or a list's name is no logical name: only whole words are. */
  #translate(text: string, trail: Trail): readonly string[] | undefined {
    if (trail.translations >= TRANSLATIONS || !/^[A-Za-z0-9$_]+:?$/.test(text)) return undefined;
    const found = this.#context.logicalNames.lookup(text.replace(/:$/, ''));
    return found?.values;
  }

  async #address(address: Address, text: string, trail: Trail): Promise<void> {
    switch (address.kind) {
      case 'list':
        return this.#list(address.file, trail);
      case 'node':
        return this.#node(address.node, address.rest, text, trail);
      case 'transport':
        return this.#transport(address.transport, address.addresses, text, trail);
      case 'ambiguous':
        return this.#ambiguous(address.user, address.host, text, trail);
      case 'user':
        return this.#user(address.userName, trail);
    }
  }

  async #list(file: string, trail: Trail): Promise<void> {
    try {
      const { specification, records } = await readDistributionList(file, this.#context);
      if (trail.lists.includes(specification)) throw condition(MAIL.LISTTOOLONG);
      for (const record of records) {
        for (const each of splitList(record)) {
          await this.element(each, { ...trail, translations: 0, lists: [...trail.lists, specification] });
        }
      }
    } catch (error) {
      if (!(error instanceof Condition)) throw error;
      this.bad.push(error);
    }
  }

  async #node(node: string, rest: string, text: string, trail: Trail): Promise<void> {
    // `0::USER` is this node too, as DECnet has it.
    if (node === this.#deps.nodeName.toUpperCase() || node === '0') {
      const inner = rest.startsWith('@') ? undefined : parseAddress(rest);
      if (inner === undefined) this.bad.push(condition(MAIL.USERSPEC, text));
      else await this.#address(inner, rest, { ...trail, node });
      return;
    }
    // Deviation: there is no DECnet; every other node is unknown.
    this.bad.push(condition(MAIL.LOGLINK, node).with(condition(SYSTEM.NOSUCHNODE)));
  }

  async #transport(
    transport: string,
    addresses: readonly string[],
    text: string,
    trail: Trail,
  ): Promise<void> {
    if (!isSmtpTransport(transport) && !this.#isSmtpImage(transport)) {
      // SYS$SHARE:transport.EXE is not there.
      this.bad.push(condition(MAIL.ERRACTRNS, transport).with(condition(RMS.FNF)));
      return;
    }
    for (const each of addresses) {
      const local = each.includes('@') ? undefined : parseAddress(each);
      if (isInternetAddress(each)) this.#internet(each);
      // `SMTP%"julie,mark"`: names without host are users of this one. tcpip-smtp.md §5.1
      else if (local?.kind === 'user') await this.#user(local.userName, trail);
      else this.bad.push(condition(MAIL.USERSPEC, text));
    }
  }

  /** MAIL$PROTOCOL_x names the image of a transport. §5.4 */
  #isSmtpImage(transport: string): boolean {
    const image = this.#context.logicalNames.lookup(`MAIL$PROTOCOL_${transport}`)?.values[0] ?? '';
    return /(?:TCPIP|UCX)\$SMTP_MAILSHR/i.test(image);
  }

  /** §5.3: a period in the host makes it Internet mail, unless MAIL$INTERNET_MODE says otherwise. */
  async #ambiguous(user: string, host: string, text: string, trail: Trail): Promise<void> {
    const mode = (
      this.#context.logicalNames.lookup('MAIL$INTERNET_MODE')?.values[0] ?? 'HYBRID'
    ).toUpperCase();
    const isInternet = mode === 'SMTP' || (mode !== 'DECNET' && /[.[]/.test(host)) || user.startsWith('"');
    if (!['HYBRID', 'DECNET', 'SMTP'].includes(mode)) {
      this.bad.push(condition(MAIL.BADLOGVAL, mode, 'MAIL$INTERNET_MODE'));
      return;
    }
    if (!isInternet) return this.#node(host.toUpperCase(), user, text, trail);
    const transport = this.#context.logicalNames.lookup('MAIL$INTERNET_TRANSPORT')?.values[0] ?? 'SMTP';
    await this.#transport(transport.toUpperCase(), [`${user}@${host}`], text, trail);
  }

  async #user(userName: string, trail: Trail): Promise<void> {
    if (trail.forwarded.includes(userName)) {
      this.bad.push(condition(MAIL.FORWLOOP, userName));
      return;
    }
    const forwarding = (await this.#deps.store.profile(userName))?.forwarding;
    if (forwarding !== undefined) {
      const { node: _, ...onward } = trail;
      const next = { ...onward, translations: 0, forwarded: [...trail.forwarded, userName] };
      for (const each of splitList(forwarding)) await this.element(each, next);
      return;
    }
    const refusal = await this.#deps.users.refusal(userName);
    if (refusal === undefined) this.good.set(`local ${userName}`, { kind: 'local', userName });
    else if (refusal.definition === MAIL.NOSUCHUSR && trail.node !== undefined)
      this.bad.push(condition(MAIL.NOSUCHUSRAT, userName, trail.node));
    else this.bad.push(refusal);
  }

  #internet(address: string): void {
    const at = address.lastIndexOf('@');
    const host = address.slice(at + 1).toLowerCase();
    const key = `internet ${address.slice(0, at)}@${host}`;
    if (!this.good.has(key)) this.good.set(key, { kind: 'internet', address: withAsciiDomain(address) });
  }
}

/** RFC 5321 §4.1.2, as far as a sender can be told at once; RFC 5321 §4.5.3.1 for the lengths. */
function isInternetAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  const localPart = address.slice(0, at);
  const domain = address.slice(at + 1);
  return (
    at > 0 &&
    // Nobody types what cannot be seen: it was pasted, and leads elsewhere than it looks. UTR #36
    !/\p{Default_Ignorable_Code_Point}/u.test(address) &&
    Buffer.byteLength(localPart) <= 64 &&
    Buffer.byteLength(domain) <= 255 &&
    (/^[^\s()<>[\]:;@\\,"\x00-\x1f\x7f-\x9f]+$/.test(localPart) ||
      /^"(?:[^"\\\r\n\0]|\\[^\r\n\0])*"$/.test(localPart)) &&
    (/^[^\s()<>[\]:;@\\,"\x00-\x1f\x7f-\x9f]+$/.test(domain) || /^\[[0-9A-Za-z.:]+\]$/.test(domain))
  );
}
