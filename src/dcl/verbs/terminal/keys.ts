/** DEFINE/KEY, DELETE/KEY, SHOW KEY, SET KEY of DCL. Source: DCL Dictionary. */
import { DCL } from '../../../command-definition/index.ts';
import { Condition } from '../../../condition/index.ts';
import { createKeyVerbs } from '../../../key-definition/index.ts';
import { INTERPRETER } from '../../messages.ts';
import type { CoreContext } from '../../verb.ts';
import { type CoreVerb, NORMAL } from '../core-verb.ts';

const told = { defined: DCL.DEFKEY, deleted: INTERPRETER.DELKEY, set: INTERPRETER.SETKEY } as const;

export const keyVerbs: readonly CoreVerb[] = createKeyVerbs<CoreContext>({
  keys: ({ interpreter }) => interpreter.keys,
  writeLine: ({ output }, text) => output.writeLine(text),
  told: ({ interpreter }, what, state, key) =>
    interpreter.display(new Condition(told[what], key === undefined ? [state] : [state, key])),
  unknownKey: (name) => new Condition(INTERPRETER.IVKEYNAM, [], { token: name }),
  fixedKey: (name) => new Condition(INTERPRETER.IVKEYNAM, [], { token: name }),
  undefinedKey: (state, key) => new Condition(INTERPRETER.UNDKEY, [state, key]),
  badState: (name) => new Condition(INTERPRETER.IVSTATE, [], { token: name }),
  status: NORMAL,
});
