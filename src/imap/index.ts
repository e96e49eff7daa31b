/** IMAP4 over the folders of MAIL. Source: RFC 9051; tcpip-smtp.md §7.3. */
export { AccountWatcher } from './account-watcher.ts';
export { ChangeWatcher } from './change-watcher.ts';
export { ConnectionCounts } from './connection-counts.ts';
export { createImapImage } from './imap-image.ts';
export { serveImap } from './imap-server.ts';
export type { ImapSettings } from './imap-settings.ts';
export type { ImapDependencies } from './session.ts';
