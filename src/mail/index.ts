/** MAIL: mail files, folders, profiles, addresses, delivery. The shell stands in shell/, SMTP recipients in routing/. */
export { attachmentFileName } from './attachment-names.ts';
export type { Attachment } from './attachments.ts';
export {
  ClientMailboxes,
  type ClientMessage,
  clientHeader,
  LOOKED_AT_OCTETS,
  openClientMailboxes,
} from './client-mailboxes.ts';
export { createMail } from './create-mail.ts';
export { emptyByAge } from './empty-by-age.ts';
export { checkFolderName, MAIL_FOLDER, NEWMAIL } from './folder-names.ts';
export { type ForeignFile, readForeign } from './foreign-text.ts';
export { firstMailbox, type MailHeader, mailFrom, mailHeader } from './internet-header.ts';
export { jacketLocal } from './jacket-local.ts';
export type {
  AddressContext,
  MailDependencies,
  MailFile,
  MailService,
  MailUser,
  Message,
  MessageSummary,
  Recipient,
  ReclaimStatistics,
  Selection,
  SendReport,
  SendRequest,
} from './mail-service.ts';
export { MAIL } from './messages.ts';
export type { OutgoingAttachment } from './multipart-text.ts';
export { createMailQuota, type MailQuota, type QuotaUse } from './quota.ts';
export { SCREEN } from './screen-texts.ts';
