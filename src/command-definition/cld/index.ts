/** Command definition files (.CLD), as SET COMMAND reads them: text → module → verbs of a command table. */
export { CDU } from './cdu-messages.ts';
export type { CldAction } from './cld-definition.ts';
export { parseCld } from './cld-parser.ts';
export { cldVerbs } from './cld-table.ts';
