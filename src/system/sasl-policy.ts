/** Which mechanisms of SASL a client may use on a connection as it is now, for every protocol that has AUTH. */
import type { SecureConnection } from '../ports/server-tls.ts';
import { type SaslChannel, type SaslMechanism, saslMechanisms } from '../sasl/index.ts';

export interface SaslPolicy {
  /** Names, upper case; none: nobody authenticates himself. */
  readonly authMechanisms: readonly string[];
  /** Passwords may go over a connection that is not encrypted. */
  readonly authWithoutTls: boolean;
}

type Tls = Pick<SecureConnection, 'channelBinding'> | undefined;

/** Those that say a password are known without TLS, too: whoever tries them is told what is missing. */
export const usableMechanisms = (policy: SaslPolicy, tls: Tls): readonly SaslMechanism[] =>
  saslMechanisms.filter(
    ({ name, binds }) =>
      policy.authMechanisms.includes(name) && (!binds || tls?.channelBinding('tls-exporter') !== undefined),
  );

/** What is told to clients. */
export const offeredMechanisms = (policy: SaslPolicy, tls: Tls): readonly SaslMechanism[] =>
  usableMechanisms(policy, tls).filter((mechanism) => !lacksTls(mechanism, policy, tls));

export const lacksTls = ({ saysPassword }: SaslMechanism, policy: SaslPolicy, tls: Tls): boolean =>
  saysPassword && tls === undefined && !policy.authWithoutTls;

export const saslChannel = (policy: SaslPolicy, tls: Tls): SaslChannel => ({
  offersBinding: usableMechanisms(policy, tls).some(({ binds }) => binds),
  channelBinding: (type) =>
    type === 'tls-exporter' || type === 'tls-server-end-point' ? tls?.channelBinding(type) : undefined,
});
