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

/** By hexadecimal number, '' for the caller. Throws NONEXPR, NOPRIV. */
export async function findProcess(context: LexicalContext, pid: string): Promise<SeenProcess> {
  const { process } = context;
  if (pid === '' || number(pid) === number(process.pid)) {
    return { process: describeProcess(process), own: process };
  }
  const found = (await allProcesses(context)).find((each) => number(each.process.pid) === number(pid));
  if (found === undefined) throw new Condition(SYSTEM.NONEXPR, [], { token: pid });
  if (!maySee(process, found)) throw new Condition(SYSTEM.NOPRIV);
  return found;
}

const number = (pid: string): number =>
  /^(%X)?[0-9A-F]+$/i.test(pid) ? Number.parseInt(pid.replace(/^%X/i, ''), 16) : Number.NaN;

function maySee({ account, privileges }: ProcessContext, { process, own }: SeenProcess): boolean {
  if (own !== undefined || privileges.has('WORLD') || process.userName === account.userName) return true;
  return privileges.has('GROUP') && process.uic.group === account.uic.group;
}
