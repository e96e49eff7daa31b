/**
 * The processes a process may see: its own job, live; those of its user; its group with GROUP; all with WORLD.
 * Source: dcl.md §16.4; Guide to System Security, GROUP and WORLD.
 */
import { Condition, SYSTEM } from '../../condition/index.ts';
import type { NodeProcess } from '../../ports/node-information.ts';
import { byPid } from '../../system/node-information.ts';
import { describeProcess, type ProcessContext } from '../../system/process.ts';
import type { LexicalContext } from './lexical-function.ts';

/** A process, and what only its own job knows of it. */
export interface SeenProcess {
  readonly process: NodeProcess;
  readonly own: ProcessContext | undefined;
}

/** All of the node, by pid. */
async function allProcesses({ process, job }: LexicalContext): Promise<readonly SeenProcess[]> {
  const own = job.processes.map((each) => ({ process: describeProcess(each), own: each }));
  const ownPids = new Set(own.map((each) => each.process.pid));
  const others = (await process.node.processes())
    .filter(({ pid }) => !ownPids.has(pid))
    .map((each) => ({ process: each, own: undefined }));
  return [...own, ...others].sort((one, other) => byPid(one.process, other.process));
}

export const visibleProcesses = async (context: LexicalContext): Promise<readonly SeenProcess[]> =>
  (await allProcesses(context)).filter((each) => maySee(context.process, each));

/** By hexadecimal number; '' and 0 are the caller, as for $GETJPI. Throws NONEXPR, NOPRIV. */
export async function findProcess(context: LexicalContext, pid: string): Promise<SeenProcess> {
  const { process } = context;
  if (pid === '' || number(pid) === 0 || number(pid) === number(process.pid)) {
    return { process: describeProcess(process), own: process };
  }
  const found = (await allProcesses(context)).find((each) => number(each.process.pid) === number(pid));
  if (found === undefined) throw new Condition(SYSTEM.NONEXPR, [], { token: pid });
  if (!maySee(process, found)) throw new Condition(SYSTEM.NOPRIV);
  return found;
}

/** By name: of the own UIC group, as names are unique there. Throws NONEXPR, NOPRIV. */
export async function findNamedProcess(context: LexicalContext, name: string): Promise<SeenProcess> {
  const { process } = context;
  const found = (await allProcesses(context)).find(
    (each) => each.process.processName === name && each.process.uic.group === process.account.uic.group,
  );
  if (found === undefined) throw new Condition(SYSTEM.NONEXPR);
  if (!maySee(process, found)) throw new Condition(SYSTEM.NOPRIV);
  return found;
}

/** Of the whole node, whoever asks: what SHOW SYSTEM and SHOW USERS tell everybody. */
export const everyProcess = async (context: LexicalContext): Promise<readonly NodeProcess[]> =>
  (await allProcesses(context)).map(({ process }) => process);

/** The processes of a process's job. */
export const jobOf = async (
  context: LexicalContext,
  { masterPid }: NodeProcess,
): Promise<readonly NodeProcess[]> =>
  (await everyProcess(context)).filter((each) => each.masterPid === masterPid);

export const isNameTaken = async (context: LexicalContext, name: string, group: number): Promise<boolean> =>
  (await everyProcess(context)).some((each) => each.processName === name && each.uic.group === group);

/** Who asks is running; who waits for its terminal or for work is not. */
export const stateOf = ({ pid, imageName }: NodeProcess, { process }: LexicalContext): string =>
  pid === process.pid ? 'CUR' : imageName === '' ? 'LEF' : 'HIB';

const number = (pid: string): number =>
  /^(%X)?[0-9A-F]+$/i.test(pid) ? Number.parseInt(pid.replace(/^%X/i, ''), 16) : Number.NaN;

function maySee({ account, privileges }: ProcessContext, { process, own }: SeenProcess): boolean {
  if (own !== undefined || privileges.has('WORLD') || process.userName === account.userName) return true;
  return privileges.has('GROUP') && process.uic.group === account.uic.group;
}
