/**
 * What the host knows of files beside their text: as promises, but asked at once. The system answers from memory in a few
 * microseconds; the way through Node's thread pool takes a hundred, and a login asks thirty times. Texts of files, which
 * may have to be fetched from a disk, take that way.
 */
import { type Dirent, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';

export const lstat = async (path: string): Promise<Stats> => lstatSync(path);
export const stat = async (path: string): Promise<Stats> => statSync(path);
export const namesIn = async (directory: string): Promise<string[]> => readdirSync(directory);
export const entriesIn = async (directory: string): Promise<Dirent[]> =>
  readdirSync(directory, { withFileTypes: true });
