/** Who really sent a message, and our word for what we send. */
export { authenticationResults, claimsToBeFrom } from './authentication-results.ts';
export { arcSet, ownResults } from './seal-message.ts';
export { dkimSignatures, type SigningKey } from './sign-message.ts';
export { newSigningKey, recordName, recordText, zoneLine } from './signing-key.ts';
export type { Verdict } from './verdict.ts';
export { createMessageVerifier, type MessageVerifier } from './verify-message.ts';
