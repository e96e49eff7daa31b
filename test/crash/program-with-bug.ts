/** The built program once more, with a bug put into one of its images: for tests of what the node does about it. */
import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const project = join(import.meta.dirname, '..', '..');

export interface ProgramWithBug extends Disposable {
  /** In front of a host command of the project: it is the program's own that runs, `through` of a process node. */
  readonly through: readonly string[];
}

/**
 * @param image  file in `dist`
 * @param bug    file, loaded into the image's process before anything of it runs
 */
export async function programWithBug(image: string, bug: string): Promise<ProgramWithBug> {
  const program = mkdtempSync(join(tmpdir(), 'vmsmail-program-'));
  // The node runs as a user who has nothing to do with this one.
  await chmod(program, 0o755);
  const own = ['bin', 'dist'];
  for (const directory of own)
    cpSync(join(project, directory), join(program, directory), {
      recursive: true,
      filter: (path) => !path.endsWith('.map'),
    });
  for (const name of readdirSync(project))
    if (!own.includes(name)) symlinkSync(join(project, name), join(program, name));
  copyFileSync(bug, join(program, 'dist', 'bug.cjs'));
  copyFileSync(join(project, 'dist', image), join(program, 'dist', `sound-${image}`));
  writeFileSync(join(program, 'dist', image), `import './bug.cjs';\nawait import('./sound-${image}');\n`);
  return {
    through: ['sh', '-c', 'shift; exec "$0" "$@"', join(program, 'bin', 'vmsmail')],
    [Symbol.dispose]: () => rmSync(program, { recursive: true, force: true }),
  };
}
