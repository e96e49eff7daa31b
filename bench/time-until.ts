/** How long programs take on a real terminal until a text appears, by time-until.py: Node alone can open none. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

export interface TimedProgram {
  readonly argv: readonly string[];
  /** Undefined: until its end. */
  readonly until?: string;
}
/** Milliseconds. */
export interface Times {
  readonly wall: number;
  readonly cpu: number;
}

export const hasPython = (): boolean => spawnSync('python3', ['-c', 'import pty']).status === 0;

/** Runs the programs in turn, `rounds` times. Rejects when a text does not appear. */
export function timeUntil(
  programs: readonly TimedProgram[],
  rounds: number,
): Promise<readonly (readonly Times[])[]> {
  const task = { rounds, programs: programs.map(({ argv, until }) => ({ argv, until: until ?? null })) };
  return new Promise((resolve, reject) => {
    const child = spawn('python3', [join(import.meta.dirname, 'time-until.py')], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    child.on('error', reject);
    child.on('close', (status) =>
      status === 0 ? resolve(JSON.parse(output)) : reject(new Error(complaint.trim())),
    );
    child.stdin.end(JSON.stringify(task));
  });
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
