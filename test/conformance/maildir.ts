/** What stands in a Maildir, oldest first. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export function readMaildir(directory: string): string {
  const files = ['new', 'cur']
    .map((each) => join(directory, each))
    .filter((each) => existsSync(each))
    .flatMap((each) => readdirSync(each).map((name) => join(each, name)));
  return files
    .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs)
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n');
}
