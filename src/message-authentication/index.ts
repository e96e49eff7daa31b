/** Who really sent a message, and our word for what we send. */
export { authenticationResults, claimsToBeFrom } from './authentication-results.ts';
export {
  createMessageVerifier,
  type MessageToVerify,
  type MessageVerifier,
  type Verdict,
} from './verify-message.ts';
