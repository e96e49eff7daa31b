/** SASL, both sides: mechanisms without I/O. */
export { decodeBase64 } from './base64.ts';
export { type SaslLogin, startSaslClient } from './client.ts';
export type { SaslChannel, SaslExchange, SaslIdentity, SaslStep } from './mechanism.ts';
export { type SaslMechanism, saslMechanisms } from './mechanisms.ts';
export { saslPrep } from './saslprep.ts';
export {
  deriveScramVerifier,
  formatScramVerifier,
  parseScramVerifier,
  type ScramVerifier,
} from './scram-verifier.ts';
