/** The mechanisms there are, the best first. CRAM-MD5 and DIGEST-MD5 would need the password itself: RFC 6331. */
import { startLogin } from './login.ts';
import type { SaslChannel, SaslExchange } from './mechanism.ts';
import { startPlain } from './plain.ts';
import { startScram } from './scram.ts';

export interface SaslMechanism {
  readonly name: string;
  /** The password itself goes over the wire. */
  readonly saysPassword: boolean;
  /** Only where the connection can be bound to. */
  readonly binds: boolean;
  readonly start: (channel: SaslChannel) => SaslExchange;
}

export const saslMechanisms: readonly SaslMechanism[] = [
  {
    name: 'SCRAM-SHA-256-PLUS',
    saysPassword: false,
    binds: true,
    start: (channel) => startScram(channel, { binds: true }),
  },
  {
    name: 'SCRAM-SHA-256',
    saysPassword: false,
    binds: false,
    start: (channel) => startScram(channel, { binds: false }),
  },
  { name: 'PLAIN', saysPassword: true, binds: false, start: startPlain },
  { name: 'LOGIN', saysPassword: true, binds: false, start: startLogin },
];
