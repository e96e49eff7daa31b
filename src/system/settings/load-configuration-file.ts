/** Takes up TCPIP$SMTP.CONF, or another: a good file is kept in the system store for everybody, a bad one changes nothing. */
import { Condition } from '../../condition/index.ts';
import type { FileEntry, FileSystem } from '../../ports/file-system.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import { type ConfigurationFile, type FileMistake, readConfigurationFile } from './configuration-file.ts';
import { keepConfigurationFile, keptConfigurationFile } from './kept-configuration-file.ts';

export type LoadedConfiguration =
  /** No such file: what one said before counts no longer. */
  | { readonly kind: 'none' }
  | { readonly kind: 'good'; readonly specification: string }
  | ({ readonly kind: 'bad' } & RefusedConfiguration);

/** The file there is; in the first of the directories that has one. Throws RMS conditions other than not found. */
export async function findConfigurationFile(
  { names }: Pick<ConfigurationFile, 'names'>,
  files: FileSystem,
  directories: readonly string[],
): Promise<FileEntry | undefined> {
  for (const name of names) {
    for (const directory of directories) {
      const found = await lookup(files, `${directory}${name}`);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

export interface RefusedConfiguration {
  readonly specification: string;
  readonly mistakes: readonly FileMistake[];
}

/** The file there is, where something is wrong with it: it does not count. Throws RMS conditions other than not found. */
export async function refusedConfigurationFile(
  file: ConfigurationFile,
  files: FileSystem,
  directories: readonly string[],
): Promise<RefusedConfiguration | undefined> {
  const entry = await findConfigurationFile(file, files, directories);
  if (entry === undefined) return undefined;
  const read = readConfigurationFile(file, await linesOf(files, entry.specification));
  return read.kind === 'bad' ? { specification: entry.specification, mistakes: read.mistakes } : undefined;
}

/** @param directories  full, in search order: TCPIP$SMTP_COMMON, SYS$SPECIFIC:[TCPIP$SMTP] */
export async function loadConfigurationFile(deps: {
  readonly file: ConfigurationFile;
  readonly files: FileSystem;
  readonly directories: readonly string[];
  readonly store: SystemStore;
}): Promise<LoadedConfiguration> {
  const { file, files, store } = deps;
  const entry = await findConfigurationFile(file, files, deps.directories);
  const before = keptConfigurationFile(file, await store.settings());
  if (entry === undefined) {
    if (before !== undefined) await keepConfigurationFile(file, store, undefined);
    return { kind: 'none' };
  }
  const { specification } = entry;
  const read = readConfigurationFile(file, await linesOf(files, specification));
  if (read.kind === 'bad') return { ...read, specification };
  const kept = { specification, values: Object.fromEntries(read.values) };
  // Writing what is there would wake everybody who watches the store.
  if (JSON.stringify(kept) !== JSON.stringify(before)) await keepConfigurationFile(file, store, kept);
  return { kind: 'good', specification };
}

async function lookup(files: FileSystem, specification: string): Promise<FileEntry | undefined> {
  try {
    return await files.lookup(specification, 'read');
  } catch (error) {
    if (error instanceof Condition && /^(FNF|DNF)$/.test(error.ident)) return undefined;
    throw error;
  }
}

async function linesOf(files: FileSystem, specification: string): Promise<string[]> {
  const reader = await files.openRead(specification);
  try {
    const lines: string[] = [];
    for (let line = await reader.read(); line !== undefined; line = await reader.read()) lines.push(line);
    return lines;
  } finally {
    await reader.close();
  }
}
