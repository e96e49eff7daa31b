import { keyVerbs } from './keys.ts';
import { recallVerbs } from './recall.ts';
import { setTerminalVerbs } from './set-terminal.ts';

export const terminalVerbs = [...recallVerbs, ...keyVerbs, ...setTerminalVerbs];
