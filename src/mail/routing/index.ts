/** SMTP recipients: local domains, users, forwarding, lists. */
export { canonicalDomain } from './address-parts.ts';
export type { Destination } from './destination.ts';
export { endKey } from './expansion.ts';
export { createLocalDomains, type LocalDomains, literalAddress } from './local-domains.ts';
export type { ProcedureAlias } from './procedure-aliases.ts';
export { rewrittenSender } from './sender-rewriting.ts';
export { homeDirectories, smtpDirectories } from './smtp-directories.ts';
export { createSmtpFiles, listFile, type SmtpFiles } from './smtp-files.ts';
export { createSmtpRecipients, type SmtpRecipients } from './smtp-recipients.ts';
