/** Messages of far.example, which has a policy and signs, and their check: for tests. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { createMemoryResolver, type DnsTable } from '../../adapters/memory/resolver.ts';
import { systemClock } from '../../adapters/node/system-clock.ts';
import type { Resolver } from '../../ports/resolver.ts';
import { createMessageVerifier, type Verdict } from '../index.ts';
import { dkimSignatures } from '../sign-message.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const key = `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}`;

export const dns: DnsTable = {
  txt: {
    'here._domainkey.far.example': [key],
    'far.example': ['v=spf1 ip4:192.0.2.0/24 -all'],
    '_dmarc.far.example': ['v=DMARC1; p=reject; sp=quarantine'],
    'named.example': ['v=spf1 a:mail.named.example mx ptr -all'],
    'slow.example': 'temporary',
  },
  addresses: { 'mail.named.example': ['2001:db8::1', '198.51.100.7'] },
};

/** Their name servers, and the names they were asked for TXT records of. */
export function askedResolver(): { readonly resolver: Resolver; readonly asked: string[] } {
  const asked: string[] = [];
  const table = createMemoryResolver(dns);
  const txt: Resolver['txt'] = (name) => {
    asked.push(name);
    return table.txt(name);
  };
  return { resolver: { ...table, txt }, asked };
}

export const header = 'From: Ann <ann@far.example>\r\nTo: bob@near.example\r\nSubject: Lunch\r\n\r\n';
export const body = 'Today at noon?\r\n';

/** The text with its DKIM-Signature on top. */
export async function signed(text: string): Promise<string> {
  const end = text.indexOf('\r\n\r\n') + 4;
  const message = {
    header: Buffer.from(text.slice(0, end)),
    body: () => [Buffer.from(text.slice(end))],
  };
  const key = { domain: 'far.example', selector: 'here', privateKey: createPrivateKey(privateKey) };
  return `${await dkimSignatures(message, [key], Date.now())}${text}`;
}

/** Of a stranger's message, unless it is said from where it comes. */
export function verify(
  text: string,
  from: { address?: string; reversePath?: string; greetedAs?: string } = {},
  resolver: Resolver = createMemoryResolver(dns),
  clock = systemClock,
): Promise<Verdict> {
  const end = text.indexOf('\r\n\r\n') + 4;
  return createMessageVerifier({ resolver, clock, authservId: 'near.example' }).verify({
    address: '203.0.113.9',
    greetedAs: 'mail.far.example',
    reversePath: 'ann@far.example',
    ...from,
    header: Buffer.from(text.slice(0, end)),
    body: async function* () {
      yield Buffer.from(text.slice(end));
    },
  });
}
