/**
 * What LOGINOUT runs before the first command of a session or a batch job: the site's procedure SYS$SYLOGIN, then the one of
 * the account (LGICMD, LOGIN.COM by default), both at level 1. Source: dcl.md §9.2.
 */
import { Condition, SYSTEM } from '../condition/index.ts';
import { resolveFile } from '../system/resolve-file.ts';
import { logoutLines } from './accounting-lines.ts';
import { runFile } from './call.ts';
import type { Interpreter } from './interpreter.ts';
import { INTERPRETER } from './messages.ts';

/**
 * LOGOUT ends the session; STOP and Ctrl/Y end the login, so that what is behind is not run. Flags of the account: DISCTLY,
 * RESTRICTED and CAPTIVE keep Ctrl/Y out of the procedures; with DISCTLY and CAPTIVE that stays; a captive user has nothing
 * but his procedure. Source: Guide to System Security, ch. 7.
 */
export async function runLoginProcedures(interpreter: Interpreter): Promise<void> {
  const { process, control } = interpreter;
  const { loginCommand, flags } = process.account;
  const locked = ['DISCTLY', 'RESTRICTED', 'CAPTIVE'].some((flag) => flags.includes(flag));
  if (locked) interpreter.control = WITHOUT_CONTROL_Y;
  const procedures = [
    ...(process.logicalNames.lookup('SYS$SYLOGIN') === undefined ? [] : ['SYS$SYLOGIN']),
    ...(loginCommand === '' ? [] : [loginCommand]),
  ];
  // Ctrl/Y in a login procedure gives the prompt, as it does in any other.
  interpreter.isAttended = interpreter.input.isTerminal;
  for (const file of procedures) {
    await interpreter.attempt(() => runIfThere(interpreter, file));
    if (interpreter.isOver || interpreter.stopTo !== undefined) break;
  }
  interpreter.isAttended = false;
  interpreter.stopTo = undefined;
  interpreter.status = SYSTEM.NORMAL.value;
  const isCaptive = flags.includes('CAPTIVE');
  if (locked && !isCaptive && !flags.includes('DISCTLY') && interpreter.control === WITHOUT_CONTROL_Y) {
    interpreter.control = control;
  }
  if (isCaptive && !interpreter.isOver) await endCaptive(interpreter);
}

async function endCaptive(interpreter: Interpreter): Promise<void> {
  const { process, input, output } = interpreter;
  if (process.mode === 'INTERACTIVE' && input.isTerminal) {
    for (const line of logoutLines(process, false)) await output.writeLine(line);
  }
  interpreter.isOver = true;
}

const WITHOUT_CONTROL_Y = 'T';

/** What is not there is passed over; a procedure that may not be read is a failure the user has to see. */
async function runIfThere(interpreter: Interpreter, file: string): Promise<number | undefined> {
  const specification = await resolveFile(interpreter.process, file, 'SYS$LOGIN:.COM');
  try {
    return await runFile(interpreter, interpreter.terminalLevel, specification, []);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** `%DCL-E-OPENIN` of the procedure itself: what goes wrong inside is reported inside. */
const isAbsent = (error: unknown): boolean =>
  error instanceof Condition &&
  error.ident === INTERPRETER.OPENIN.ident &&
  error.secondary.some(({ ident }) => ident === 'FNF' || ident === 'DNF');
