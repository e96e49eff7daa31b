/**
 * The last good configuration file, kept in the system store: one process reads the file, everybody sees the same, and what
 * it said outlives a bad one.
 */
import type { SystemStore } from '../../ports/system-store.ts';
import type { ConfigurationFile } from './configuration-file.ts';

type Named = Pick<ConfigurationFile, 'names'>;

export interface KeptConfigurationFile {
  /** With its version. */
  readonly specification: string;
  readonly values: Readonly<Record<string, string>>;
}

/** @param stored  all settings of the system store */
export function keptConfigurationFile(
  { names }: Named,
  stored: ReadonlyMap<string, string>,
): KeptConfigurationFile | undefined {
  const record = stored.get(names[0]);
  return record === undefined ? undefined : (JSON.parse(record) as KeptConfigurationFile);
}

export const keepConfigurationFile = (
  { names }: Named,
  store: SystemStore,
  file: KeptConfigurationFile | undefined,
): Promise<void> => store.putSetting(names[0], file === undefined ? undefined : JSON.stringify(file));

/** What it says, by field. */
export const fileValues = (file: Named, stored: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map(Object.entries(keptConfigurationFile(file, stored)?.values ?? {}));
