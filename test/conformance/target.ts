/** The server under test, as the cases see it. */
import { Connection } from './connection.ts';
import type { ScriptedPeer } from './scripted-peer.ts';

export interface Target {
  /** `ours`, `postfix`, `exim`, or how the command line calls it. */
  readonly name: string;
  readonly host: string;
  /** By service: `smtp` at least. */
  readonly ports: Readonly<Record<string, number>>;
  /** What stands in braces in the cases: `local`, `unknown`, `foreign`, `sender`, `user`, `password`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Mail for `cA-B.relayed.example` goes to 127.7.A.B, where it listens. */
  readonly peer?: ScriptedPeer | undefined;
  /** An address to call from that may not relay. */
  readonly strangerAddress?: string | undefined;
  /** Moves the server's clock. */
  readonly later?: ((ms: number) => void) | undefined;
  /** Resolves when the server has nothing in hand. */
  readonly quiet?: (() => Promise<void>) | undefined;
  /** What the mailbox of `local` holds, newest message last. */
  readonly mailbox?: (() => Promise<string>) | undefined;
}

export interface Offers {
  /** EHLO keywords by service, those in clear and those in TLS together. */
  readonly keywords: ReadonlyMap<string, ReadonlySet<string>>;
  /** Services that name a limit with SIZE. */
  readonly limited: ReadonlySet<string>;
}

/** Asks every service what it offers. */
export async function offersOf(target: Target): Promise<Offers> {
  const offers = new Map<string, ReadonlySet<string>>();
  const limited = new Set<string>();
  for (const [service, port] of Object.entries(target.ports)) {
    const connection = new Connection(target.host, port, { tls: service === 'submissions' });
    try {
      const keywords = new Set<string>();
      const hello = async (): Promise<void> => {
        connection.send(
          Buffer.from(service === 'lmtp' ? 'LHLO client.example\r\n' : 'EHLO client.example\r\n'),
        );
        const said = await connection.reply();
        if (typeof said === 'string') throw new Error(`${target.name} ${service}: EHLO: ${said}`);
        for (const line of said.lines.slice(1)) keywords.add(line.split(' ')[0]!.toUpperCase());
        if (said.lines.some((line) => /^SIZE [1-9]/i.test(line))) limited.add(service);
      };
      await connection.reply();
      await hello();
      if (keywords.has('STARTTLS')) {
        connection.send(Buffer.from('STARTTLS\r\n'));
        await connection.reply();
        await connection.startTls();
        await hello();
      }
      offers.set(service, keywords);
    } finally {
      connection.close();
    }
  }
  return { keywords: offers, limited };
}

/** The port of a service; `auth` is where clients log in: that of submission, or the usual one where there is none. */
export const portOf = ({ ports }: Target, service: string): number | undefined =>
  service === 'auth' ? (ports['submission'] ?? ports['smtp']) : ports[service];

/** What is missing to play a case; undefined: nothing. */
export function missingFor(
  { needs, service }: { readonly needs: readonly string[]; readonly service: string },
  target: Target,
  offers: Offers,
): string | undefined {
  const offering =
    service !== 'auth' ? service : target.ports['submission'] === undefined ? 'smtp' : 'submission';
  if (portOf(target, service) === undefined) return `no port for ${service}`;
  for (const need of needs) {
    if (need === need.toUpperCase()) {
      const isOffered = offers.keywords.get(offering)?.has(need) === true;
      if (!isOffered) return `${need} is not offered`;
    } else if (need === 'peer' && target.peer === undefined) return 'mail is not relayed to a peer of ours';
    else if (need === 'stranger' && target.strangerAddress === undefined) return 'no address of a stranger';
    else if (need === 'limit' && !offers.limited.has(offering)) return 'the server has no limit of size';
    else if (need === 'clock' && target.later === undefined) return "the server's clock cannot be moved";
    else if (need === 'mailbox' && target.mailbox === undefined) return 'the mailbox cannot be read';
    else if (need === 'password' && target.variables['password'] === undefined) return 'no password is known';
  }
  return undefined;
}

/** The names that Postfix and Exim have here. */
export const conformExample = {
  variables: {
    local: 'jones@conform.example',
    other: 'marlow@conform.example',
    'local-part': 'jones',
    'local-domain': 'conform.example',
    'local-upper-domain': 'jones@CONFORM.EXAMPLE',
    unknown: 'nobody-here@conform.example',
    foreign: 'somebody@foreign.example',
    sender: 'anne@client.example',
  },
} as const;
