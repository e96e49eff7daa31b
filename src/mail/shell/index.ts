/** The MAIL utility: its verbs, its image, and the DCL command MAIL. */
export type { HostFile } from './attachment-files.ts';
export { createDclMailTable } from './dcl-mail.ts';
export { createMailImage } from './mail-image.ts';
