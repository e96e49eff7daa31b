export { CDU, type CldAction, cldVerbs, parseCld } from './cld/index.ts';
export { asCli } from './cli-condition.ts';
export { CLI, DCL } from './cli-messages.ts';
export { LONGEST_COMMAND } from './command-text.ts';
export * from './definition.ts';
export * from './help/index.ts';
export { parseCommand } from './parse-command.ts';
export { parseWithPrompts } from './parse-with-prompts.ts';
export type { ParsedCommand } from './parsed-command.ts';
