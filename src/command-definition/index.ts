export { CDU, type CldAction, cldVerbs, parseCld } from './cld/index.ts';
export { asCli, type CliFacility } from './cli-condition.ts';
export { CLI, DCL } from './cli-messages.ts';
export { cookText, LONGEST_COMMAND, upcaseOutsideQuotes } from './command-text.ts';
export * from './definition.ts';
export * from './help/index.ts';
export { type ParseOptions, type ParseResult, parseCommand } from './parse-command.ts';
export { parseWithPrompts } from './parse-with-prompts.ts';
export type { ParsedCommand, Presence } from './parsed-command.ts';
