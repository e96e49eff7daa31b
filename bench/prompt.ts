/**
 * How long people wait for a prompt: `vmsmail mail` and `vmsmail dcl` of the built bundle, against what Node needs to
 * start at all, alternating, medians. On a real terminal until the prompt appears, and without one until the end of an
 * empty session. DESIGN §5: within 100 ms of `node -e 0`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOurs } from './our-node.ts';
import { hasPython, median, type TimedProgram, type Times, timeUntil } from './time-until.ts';

const ROUNDS = 15;
const launcher = join(import.meta.dirname, '..', 'bin', 'vmsmail');

/** `node -e 0` first, then what is compared with it. */
export const promptPrograms = (root: string): readonly TimedProgram[] => [
  { argv: [process.execPath, '-e', '0'] },
  { argv: [launcher, 'mail', '--root', root], until: 'MAIL> ' },
  { argv: [launcher, 'dcl', '--root', root], until: '$ ' },
];
const names = ['node -e 0', 'vmsmail mail', 'vmsmail dcl'];

/** Standard input ends at once: the session is over before it has begun. */
function withoutTerminal(root: string): readonly (readonly Times[])[] {
  const programs = promptPrograms(root).map(({ argv }) => argv);
  const times: Times[][] = programs.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [place, [program = '', ...args]] of programs.entries()) {
      const started = performance.now();
      const { status } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
      if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit status ${status}`);
      times[place]!.push({ wall: performance.now() - started, cpu: Number.NaN });
    }
  }
  return times;
}

function show(title: string, all: readonly (readonly Times[])[]): void {
  console.log(title);
  const bare = median(all[0]!.map(({ wall }) => wall));
  for (const [place, times] of all.entries()) {
    const wall = times.map((each) => each.wall);
    const cpu = median(times.map((each) => each.cpu));
    const more = place === 0 ? '' : `+${(median(wall) - bare).toFixed(0)} ms`;
    const range = `${Math.min(...wall).toFixed(0)}–${Math.max(...wall).toFixed(0)}`;
    const processor = Number.isNaN(cpu) ? '' : `, CPU ${cpu.toFixed(0)} ms`;
    console.log(
      `  ${names[place]!.padEnd(14)} ${median(wall).toFixed(0).padStart(4)} ms  ${more.padStart(7)}   (${range}${processor})`,
    );
  }
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-prompt-'));
  const node = startOurs(join(directory, 'root'));
  console.log(`Medians of ${ROUNDS} alternating runs each, a node running on the root.\n`);
  try {
    // The first session compiles what later ones find compiled.
    spawnSync(launcher, ['mail', '--root', node.root], { stdio: 'ignore' });
    if (hasPython()) {
      const programs = promptPrograms(node.root);
      await timeUntil(programs, 1);
      show('on a terminal, until the prompt', await timeUntil(programs, ROUNDS));
    } else console.log('SKIPPED: python3 is not installed: no terminal to measure on');
    show('without a terminal, an empty session', withoutTerminal(node.root));
  } finally {
    node.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

if (import.meta.main) await main();
