/** `$ SET PASSWORD`. */
import { type CommandTable, defineVerb } from '../command-definition/index.ts';
import { SYSTEM, signal } from '../condition/index.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import type { SystemStore } from '../ports/system-store.ts';
import type { VerbContext } from '../system/image.ts';

export interface PasswordDeps {
  readonly systemStore: () => Promise<SystemStore>;
  /** Hears of wrong passwords. */
  readonly opcom: Pick<OperatorCommunication, 'operatorMessage'>;
}

export const createPasswordTable = ({ systemStore, opcom }: PasswordDeps): CommandTable<VerbContext> => ({
  name: 'PASSWORD',
  verbs: [
    defineVerb<VerbContext>({
      name: 'SET PASSWORD',
      summary: 'Changes your password; nothing of it is shown.',
      qualifiers: {
        GENERATE: {
          negatable: false,
          value: { type: '$NUMBER' },
          summary: 'offers passwords to choose from',
        },
        SECONDARY: { negatable: false, summary: 'refused; there is one password a user' },
        SYSTEM: { negatable: false, summary: 'refused; terminals have no password' },
      },
      disallow: ['ANY2(SECONDARY,SYSTEM)'],
      routine: async (command, image) => {
        if (command.present('SECONDARY') || command.present('SYSTEM')) signal(SYSTEM.NOPRIV);
        const { setPassword } = await import('./authorize/set-password.ts');
        const length = command.value('GENERATE');
        await setPassword(
          image,
          { systemStore: await systemStore(), opcom },
          {
            isGenerated: command.present('GENERATE'),
            length: length === undefined ? undefined : Number(length),
          },
        );
        return SYSTEM.NORMAL.value;
      },
    }),
  ],
});
