/** Whether strace(1) is there, and what it may do. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** What is started under it. */
export const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

/** Yama lets only root attach it to a process that is no child of one's own. */
export const canAttach = canTrace && (process.getuid?.() === 0 || ptraceScope() === '0');

function ptraceScope(): string {
  const file = '/proc/sys/kernel/yama/ptrace_scope';
  return existsSync(file) ? readFileSync(file, 'latin1').trim() : '0';
}
