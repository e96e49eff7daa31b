/** The directories a specification means: `[A...]`, `[*.LETTERS]`, or the one it names. */
import { RMS, signal } from '../../../condition/index.ts';
import {
  directoryComponents,
  type FileSpecification,
  formatDirectory,
  matchesDirectory,
} from '../../../file-specification/index.ts';
import type { HostDevices } from './host-devices.ts';
import { subdirectories } from './place.ts';

/** Existing directories, each before those below it, by name: `DKA0:[A]`'s part `[A]`. */
export async function* matchingDirectories(
  devices: HostDevices,
  specification: FileSpecification,
): AsyncGenerator<string> {
  const pattern = directoryComponents(specification.directory || formatDirectory([])) ?? signal(RMS.DIR);
  const deepest = pattern.includes('...') ? Number.POSITIVE_INFINITY : pattern.length;
  const fixed = pattern.findIndex((part) => part === '...' || /[*%]/.test(part));
  yield* visit(fixed === -1 ? pattern : pattern.slice(0, fixed));

  async function* visit(components: readonly string[]): AsyncGenerator<string> {
    const directory = formatDirectory(components);
    const inside = await namesIn(devices, { ...specification, directory }, components.length < deepest);
    if (inside === undefined) return;
    if (matchesDirectory(pattern, components)) yield directory;
    for (const name of inside) yield* visit([...components, name]);
  }
}

/** Subdirectories; undefined when the directory is not there. It is not held while its subdirectories are visited. */
async function namesIn(
  devices: HostDevices,
  specification: FileSpecification,
  wanted: boolean,
): Promise<readonly string[] | undefined> {
  await using held = await devices.find(specification);
  if (held === undefined) return undefined;
  return wanted ? await subdirectories(held.path) : [];
}
