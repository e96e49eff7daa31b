/** SMTP recipients: local domains, users, forwarding, lists. */
export { addressParts, canonicalDomain, quotedLocalPart } from './address-parts.ts';
export {
  createLocalDomains,
  LOCAL_ALIASES_FILE,
  type LocalDomainSettings,
  type LocalDomains,
  literalAddress,
} from './local-domains.ts';
export type { ProcedureAlias } from './procedure-aliases.ts';
export { rewrittenSender } from './sender-rewriting.ts';
export { homeDirectories, smtpDirectories } from './smtp-directories.ts';
export { createSmtpFiles, type ListFile, listFile, noSmtpFiles, type SmtpFiles } from './smtp-files.ts';
export {
  createSmtpRecipients,
  type Destination,
  type SmtpRecipients,
  type SmtpRecipientsDependencies,
} from './smtp-recipients.ts';
