/** Mail on its way out of mail files into those of other programs, and back. */
export { exportedText } from './exported-text.ts';
export { folderOf, inboxFolder, maildirDirectory, mboxFileNames } from './folder-mapping.ts';
export {
  type ImportedMessage,
  type ImportedText,
  importMessages,
  type MessageImport,
} from './import-messages.ts';
export { MboxSplitter } from './mbox-splitter.ts';
export { withStatus } from './mbox-status.ts';
export { mboxText, separatorLine } from './mbox-text.ts';
