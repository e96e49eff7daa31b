/** POP3 over the folders of MAIL. Source: RFC 1939; tcpip-smtp.md §7. */
export { isApopDigest, SECRET_LIMIT } from './apop.ts';
export { MaildropLocks } from './maildrop-locks.ts';
export { createPopImage } from './pop-image.ts';
export { PopStatistics } from './pop-statistics.ts';
