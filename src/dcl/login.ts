/**
 * What LOGINOUT runs before the first command of a session or a batch job: the site's procedure SYS$SYLOGIN, then the one of
 * the account (LGICMD, LOGIN.COM by default). What is not there is passed over. Source: dcl.md §9.2.
 */
import { Condition, SYSTEM } from '../condition/index.ts';
import { resolveFile } from '../system/resolve-file.ts';
import { runFile } from './call.ts';
import type { Interpreter } from './interpreter.ts';

export async function runLoginProcedures(interpreter: Interpreter): Promise<void> {
  const { process, terminalLevel } = interpreter;
  const { loginCommand } = process.account;
  const procedures = [
    process.logicalNames.lookup('SYS$SYLOGIN') === undefined ? undefined : 'SYS$SYLOGIN',
    loginCommand === '' ? undefined : loginCommand,
  ];
  for (const file of procedures) {
    if (file === undefined || interpreter.isOver) continue;
    await interpreter.attempt(async () => {
      const specification = await resolveFile(process, file, 'SYS$LOGIN:.COM');
      if (!(await exists(specification, interpreter))) return undefined;
      return runFile(interpreter, terminalLevel, specification, []);
    });
    interpreter.stopTo = undefined;
  }
  interpreter.status = SYSTEM.NORMAL.value;
}

/** A procedure that may not be read is a failure the user has to see. */
async function exists(specification: string, { process: { files } }: Interpreter): Promise<boolean> {
  try {
    await files.lookup(specification);
    return true;
  } catch (error) {
    if (error instanceof Condition && (error.ident === 'FNF' || error.ident === 'DNF')) return false;
    throw error;
  }
}
