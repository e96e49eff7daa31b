/** The verbs of SYSGEN as one table: SET, SHOW, USE, WRITE. Source: System Management Utilities Reference, SYSGEN. */
import { type CommandTable, defineVerb } from '../../command-definition/index.ts';
import { condition, SYSTEM } from '../../condition/index.ts';
import { writeListing } from '../../system/command-output.ts';
import {
  type LoginParameterDefinition,
  type LoginParameterName,
  loginParameterDefinitions,
  loginParameters,
  readLoginParameters,
  writeLoginParameters,
} from '../../system/login-parameters.ts';
import { exitVerb, helpVerb } from '../utility-verbs.ts';
import { SYSGEN } from './messages.ts';
import { parameterNamed, parameterNames, type SysgenSession } from './sysgen-session.ts';

const nameParameter = {
  label: 'PARAMETER',
  prompt: 'Parameter',
  summary: 'LGI_BRK_LIM …, or enough of it',
} as const;

const setVerb = defineVerb<SysgenSession>({
  name: 'SET',
  summary: 'Gives a parameter a value in the work area. WRITE makes it count.',
  source: 'System Management Utilities Reference, SYSGEN SET',
  parameters: [
    { ...nameParameter, required: true },
    { label: 'VALUE', prompt: 'Value', required: true, summary: 'a number; ON and OFF are 1 and 0' },
  ],
  async routine(command, session) {
    const name = parameterNamed(command.value('PARAMETER')!);
    const text = command.value('VALUE')!.toUpperCase();
    const word = { ON: 1, OFF: 0 }[text];
    if (word === undefined && !/^-?\d{1,12}$/.test(text)) throw condition(SYSGEN.BADVALUE, text);
    const value = word ?? Number(text);
    const { minimum, maximum } = loginParameterDefinitions[name];
    const taken = Math.min(Math.max(value, minimum), maximum);
    session.work = { ...session.work, [name]: taken };
    if (taken === value) return SYSTEM.NORMAL.value;
    const warning = condition(value < minimum ? SYSGEN.SETMIN : SYSGEN.SETMAX, name);
    await session.image.output.writeLine(warning.message);
    return warning.value;
  },
});

const showVerb = defineVerb<SysgenSession>({
  name: 'SHOW',
  summary: 'Displays parameters of the work area, with what they may be.',
  source: 'System Management Utilities Reference, SYSGEN SHOW',
  parameters: [nameParameter],
  qualifiers: {
    ALL: { negatable: false, summary: 'every parameter, as without a name' },
    LGI: { negatable: false, summary: 'those of logins' },
    OUTPUT: {
      negatable: false,
      value: { type: '$OUTFILE', required: true },
      summary: 'into this file',
    },
  },
  async routine(command, session) {
    const given = command.value('PARAMETER');
    const names = given === undefined ? parameterNames : [parameterNamed(given)];
    await writeListing(session.image, command.value('OUTPUT'), [
      '',
      `Parameters in use: ${session.origin}`,
      'Parameter Name            Current    Default     Min.       Max.     Unit  Dynamic',
      '--------------            -------    -------    -------   -------    ----  -------',
      ...names.map((name) => parameterLine(name, session.work[name])),
    ]);
    return SYSTEM.NORMAL.value;
  },
});

function parameterLine(name: LoginParameterName, value: number): string {
  const {
    minimum,
    maximum,
    unit,
    default: usual,
  }: LoginParameterDefinition = loginParameterDefinitions[name];
  const numbers = [
    [value, 10],
    [usual, 11],
    [minimum, 11],
    [maximum, 11],
  ].map(([amount, width]) => String(amount).padStart(width!));
  return `${name.padEnd(23)}${numbers.join('')} ${unit.padEnd(10)}   D`;
}

const useVerb = defineVerb<SysgenSession>({
  name: 'USE',
  summary: 'Fills the work area: with what counts now, from the next start of the node, or by default.',
  source: 'System Management Utilities Reference, SYSGEN USE',
  parameters: [
    {
      label: 'SET',
      prompt: 'Parameters',
      required: true,
      summary: 'ACTIVE, CURRENT or DEFAULT',
      value: { keywords: { ACTIVE: {}, CURRENT: {}, DEFAULT: {} } },
    },
  ],
  async routine(command, session) {
    const set = command.value('SET') as 'ACTIVE' | 'CURRENT' | 'DEFAULT';
    session.work = set === 'DEFAULT' ? loginParameters : await readLoginParameters(session.store, set);
    session.origin = ({ ACTIVE: 'Active', CURRENT: 'Current', DEFAULT: 'Default' } as const)[set];
    return SYSTEM.NORMAL.value;
  },
});

const writeVerb = defineVerb<SysgenSession>({
  name: 'WRITE',
  summary: 'Makes the work area count: ACTIVE now, CURRENT from the next start of the node.',
  source: 'System Management Utilities Reference, SYSGEN WRITE',
  privilege: 'CMKRNL for ACTIVE, SYSPRV or BYPASS for CURRENT',
  parameters: [
    {
      label: 'SET',
      prompt: 'Parameters',
      required: true,
      summary: 'ACTIVE or CURRENT',
      value: { keywords: { ACTIVE: {}, CURRENT: {} } },
    },
  ],
  async routine(command, { image, store, opcom, work }) {
    const set = command.value('SET') as 'ACTIVE' | 'CURRENT';
    const { privileges, pid, account } = image.process;
    const enough = set === 'ACTIVE' ? ['CMKRNL'] : ['SYSPRV', 'BYPASS'];
    if (!enough.some((each) => privileges.has(each))) throw condition(SYSTEM.NOPRIV);
    await writeLoginParameters(store, set, work);
    const { message } = condition(set === 'ACTIVE' ? SYSGEN.WRITEACT : SYSGEN.WRITECUR, pid);
    opcom.operatorMessage('CENTRAL', account.userName, message);
    return SYSTEM.NORMAL.value;
  },
});

export const sysgenTable: CommandTable<SysgenSession> = {
  name: 'SYSGEN',
  verbs: [
    exitVerb<SysgenSession>('Returns to DCL. CTRL/Z does the same. What was not written is gone.'),
    helpVerb<SysgenSession>('SYSGENHELP', () => sysgenTable),
    setVerb,
    showVerb,
    useVerb,
    writeVerb,
  ],
};
