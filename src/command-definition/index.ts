export * from './definition.ts';
export type { ParsedCommand, Presence } from './parsed-command.ts';
