export { formatAddress, isSmtpTransport, parseAddress, smtpJacket } from './address.ts';
export { withAsciiDomain } from './ascii-domain.ts';
export { ADDRESS_TEXT_LIMIT, resolveRecipients } from './resolve-recipients.ts';
export { senderText, splitSender } from './sender.ts';
export { splitList } from './split-list.ts';
export { createUserDirectory, type UserDirectory } from './user-directory.ts';
