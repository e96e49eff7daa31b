/** F$ENVIRONMENT, F$VERIFY, F$MESSAGE, F$MODE, F$DIRECTORY. Source: dcl.md §16.4. */
import { protectionItem } from '../../system/file-protection/protection-code.ts';
import { formatDelta } from '../../vms-time/index.ts';
import { messageText } from '../message-catalogue.ts';
import { toInteger } from '../value.ts';
import { badKeyword, integer, keyword, truth } from './arguments.ts';
import type { LexicalContext, LexicalFunction } from './lexical-function.ts';

const DEEPEST_LEVEL = 32;

export const environmentLexicals: readonly LexicalFunction[] = [
  {
    name: 'F$ENVIRONMENT',
    minimum: 1,
    maximum: 1,
    evaluate: (args, context) => {
      const item = keyword(args, 0);
      const answer = Object.hasOwn(items, item) ? items[item] : undefined;
      if (answer === undefined) throw badKeyword(item);
      return answer(context);
    },
  },
  {
    name: 'F$VERIFY',
    minimum: 0,
    maximum: 2,
    evaluate: (args, { verify }) => {
      const old = verify.procedure ? 1 : 0;
      if (args[0] !== undefined && args[0] !== '') {
        verify.procedure = (toInteger(args[0]) & 1) === 1;
        // One argument sets both.
        verify.image = verify.procedure;
      }
      if (args[1] !== undefined && args[1] !== '') verify.image = (toInteger(args[1]) & 1) === 1;
      return old;
    },
  },
  {
    name: 'F$MESSAGE',
    minimum: 1,
    maximum: 2,
    evaluate: (args, context) =>
      messageText(integer(args, 0), (value) => context.messageFor(value), keyword(args, 1)),
  },
  { name: 'F$MODE', minimum: 0, maximum: 0, evaluate: (_args, { process }) => process.mode },
  {
    name: 'F$DIRECTORY',
    minimum: 0,
    maximum: 0,
    evaluate: (_args, { process }) => process.defaultDirectory.replace(/^[^[]*/, ''),
  },
];

const items: Readonly<Record<string, (context: LexicalContext) => string | number>> = {
  CAPTIVE: ({ process }) => truth(process.account.flags.includes('CAPTIVE')),
  RESTRICTED: ({ process }) => truth(process.account.flags.includes('RESTRICTED')),
  INTERACTIVE: ({ process }) => truth(process.mode === 'INTERACTIVE'),
  NOCONTROL: ({ control }) => truth(control === ''),
  DISIMAGE: ({ process }) => truth(process.account.flags.includes('DISIMAGE')),
  VERIFY_IMAGE: ({ verify }) => truth(verify.image),
  VERIFY_PROCEDURE: ({ verify }) => truth(verify.procedure),
  CONTROL: ({ control }) => control,
  DEFAULT: ({ process }) => process.defaultDirectory,
  DEPTH: ({ depth }) => depth,
  MAX_DEPTH: () => DEEPEST_LEVEL,
  KEY_STATE: ({ keyState }) => keyState,
  MESSAGE: ({ messageParts }) =>
    [
      `/${messageParts.facility ? '' : 'NO'}FACILITY`,
      `/${messageParts.severity ? '' : 'NO'}SEVERITY`,
      `/${messageParts.identification ? '' : 'NO'}IDENTIFICATION`,
      `/${messageParts.text ? '' : 'NO'}TEXT`,
    ].join(''),
  ON_SEVERITY: ({ onSeverity }) => onSeverity,
  ON_CONTROL_Y: ({ onControlY }) => truth(onControlY),
  // Of a batch job; nobody else has a log.
  OUTPUT_RATE: ({ process: { outputLog } }) => (outputLog === undefined ? '' : formatDelta(outputLog.rateMs)),
  PROCEDURE: ({ procedure }) => procedure,
  PROMPT: ({ prompt }) => prompt,
  PROMPT_CONTROL: () => '\r\n',
  // As SET PROTECTION/DEFAULT takes it: a category without access has no letters.
  PROTECTION: ({ process }) => protectionItem(process.fileProtection).replaceAll(/=(?=,|$)/g, ''),
  SYMBOL_SCOPE: ({ symbolScope }) => symbolScope,
  VERB_SCOPE: ({ verbScope }) => verbScope,
  VERIFY_PREFIX: ({ verifyPrefix }) => verifyPrefix,
};
