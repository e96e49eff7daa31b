/**
 * The files of a process: what its user may touch, and nothing else. Every door of a process to files goes through here:
 * DCL's verbs, lexical functions, /OUTPUT, images. The system's own parts have the files unprotected.
 *
 * Each directory on the way needs E; a list of names R of the directory; making, renaming and deleting names W of it.
 * Then the file itself is asked. Databases of the node are locked for writing, what lies beside them is not there, and
 * texts of messages are read with BYPASS alone, whatever their headers say.
 * Source: Guide to System Security, ch. 4 and 8; DESIGN §1: nobody reads another user's mail, by any route.
 */
import { Condition, condition, RMS, SYSTEM, signal } from '../../condition/index.ts';
import {
  directoryComponents,
  formatDirectory,
  parseFileSpecification,
} from '../../file-specification/index.ts';
import type { FileProtection } from '../../ports/file-header.ts';
import type { FileEntry, FileSystem, NewFileHeader, ReadPurpose } from '../../ports/file-system.ts';
import type { FileSharing, IndexedFileDefinition, RecordAccess } from '../../ports/record-stream.ts';
import { type Access, type FileSubject, mayAccess, mayControl, mayOwn } from './access-rights.ts';
import { placeOf } from './file-place.ts';
import { holdsMessageTexts, isDatabase, isInternal, isNodeDirectory } from './installed-protection.ts';

export interface ProcessSubject extends FileSubject {
  /** What new files get: SET PROTECTION/DEFAULT. */
  readonly defaultProtection: () => FileProtection;
}

/** @param files  unprotected, or those of another process: its subprocess has rights of its own */
export const protectFiles = (files: FileSystem, subject: ProcessSubject): FileSystem =>
  new ProtectedFileSystem(files instanceof ProtectedFileSystem ? files.unprotected : files, subject);

type Purpose = 'read' | 'write' | 'execute' | 'find';

class ProtectedFileSystem implements FileSystem {
  readonly unprotected: FileSystem;
  readonly #subject: ProcessSubject;

  constructor(files: FileSystem, subject: ProcessSubject) {
    this.unprotected = files;
    this.#subject = subject;
  }

  async lookup(text: string, purpose?: ReadPurpose): Promise<FileEntry> {
    await this.#reach(text, purpose ?? 'find');
    const entry = this.#judged(await this.unprotected.lookup(text));
    if (purpose === 'read' && !entry.isReadable) signal(RMS.PRV);
    if (purpose === 'execute' && !mayAccess(this.#subject, entry, 'E')) signal(RMS.PRV);
    return entry;
  }

  async search(text: string): Promise<readonly FileEntry[]> {
    const found: FileEntry[] = [];
    for await (const entry of this.walk(text)) found.push(entry);
    return found;
  }

  /** A directory that is named and may not be read is refused; one that a wildcard meets is passed over. */
  async *walk(text: string): AsyncIterable<FileEntry> {
    const wanted = parseFileSpecification(text);
    const access = /(?<!\^)[*%]/.test(wanted.name + wanted.type) ? 'R' : 'E';
    if (!/[*%]|\.\.\./.test(wanted.directory)) {
      if (isNullDevice(text)) return;
      await this.#enter(text, access);
    }
    const judged = new Map<string, boolean>();
    for await (const entry of this.unprotected.walk(text)) {
      const place = placeOf(entry.specification);
      if (place === undefined || isInternal(place)) continue;
      const directory = directoryOf(entry.specification);
      const seen = judged.get(directory) ?? (await this.#mayEnter(directory, access));
      judged.set(directory, seen);
      if (seen) yield this.#judged(entry);
    }
  }

  async openRead(text: string, purpose: ReadPurpose = 'read') {
    const entry = await this.#existing(text, purpose === 'execute' ? 'E' : 'R', purpose);
    return this.unprotected.openRead(entry ?? text);
  }

  async openBytes(text: string, purpose: ReadPurpose = 'read') {
    const entry = await this.#existing(text, purpose === 'execute' ? 'E' : 'R', purpose);
    return this.unprotected.openBytes(entry ?? text);
  }

  async openAppend(text: string) {
    return this.unprotected.openAppend((await this.#existing(text, 'W', 'write')) ?? text);
  }

  async openRecords(text: string, access: RecordAccess, sharing?: FileSharing) {
    if (isNullDevice(text)) return this.unprotected.openRecords(text, access);
    const purpose = access === 'read' ? 'read' : 'write';
    const name = await this.#existing(text, access === 'append' ? 'W' : 'R', purpose);
    if (access === 'update') await this.#existing(text, 'W', purpose);
    return this.unprotected.openRecords(name ?? text, access, sharing);
  }

  async create(text: string, header: NewFileHeader = {}, sharing?: FileSharing) {
    if (isNullDevice(text)) return this.unprotected.create(text, header);
    return this.unprotected.create(text, await this.#newHeader(text, header), sharing);
  }

  async createIndexed(text: string, definition: IndexedFileDefinition, header: NewFileHeader = {}) {
    return this.unprotected.createIndexed(text, definition, await this.#newHeader(text, header));
  }

  async remove(text: string): Promise<void> {
    const name = await this.#existing(text, 'D', 'write');
    await this.#enter(text, 'W');
    this.#isMovable(name);
    await this.unprotected.remove(name ?? text);
  }

  async rename(from: string, to: string): Promise<string> {
    const name = await this.#existing(from, 'D', 'write');
    await this.#enter(from, 'W');
    await this.#reach(to, 'write');
    await this.#enter(to, 'W');
    this.#isFree(to);
    this.#isMovable(name);
    return this.unprotected.rename(name ?? from, to);
  }

  async createDirectory(text: string, header: NewFileHeader = {}): Promise<void> {
    const components = this.#components(text);
    const parent = await this.#deepestDirectory(text, components);
    if (parent === undefined) signal(RMS.DEV);
    if (!mayAccess(this.#subject, parent, 'W')) signal(RMS.PRV);
    if (header.owner !== undefined && !mayOwn(this.#subject, header.owner)) signal(SYSTEM.NOPRIV);
    await this.unprotected.createDirectory(text, { owner: this.#subject.uic, ...header });
  }

  async directoryExists(text: string): Promise<boolean> {
    return (await this.directoryPath(text)) !== undefined;
  }

  /** A directory behind a closed one is not known of. */
  async directoryPath(text: string): Promise<readonly FileEntry[] | undefined> {
    const path = await this.unprotected.directoryPath(text);
    const isSeen = path?.slice(0, -1).every((each) => mayAccess(this.#subject, each, 'E'));
    return isSeen ? path : undefined;
  }

  async setHeader(text: string, changes: NewFileHeader): Promise<void> {
    await this.#reach(text, 'find');
    const entry = await this.unprotected.lookup(text);
    if (!mayControl(this.#subject, entry)) signal(RMS.PRV);
    if (changes.owner !== undefined && !mayOwn(this.#subject, changes.owner)) signal(RMS.PRV);
    this.#isFree(entry.specification);
    await this.unprotected.setHeader(entry.specification, changes);
  }

  #judged(entry: FileEntry): FileEntry {
    return { ...entry, isReadable: mayAccess(this.#subject, entry, 'R') };
  }

  // ---- checks -------------------------------------------------------------------------------------------------------

  /** The way to the file: whether one may know of it at all. Throws FNF, PRV, FLK, DNF. */
  async #reach(text: string, purpose: Purpose): Promise<void> {
    if (isNullDevice(text)) return;
    const place = placeOf(text);
    if (place !== undefined) {
      if (isInternal(place)) signal(RMS.FNF);
      const isText = holdsMessageTexts(place);
      if (isText && (purpose === 'write' || !this.#subject.privileges.has('BYPASS'))) signal(RMS.PRV);
    }
    await this.#enter(text, 'E');
  }

  /** The node has its databases open. Asked last: who may not write them is told that. */
  #isFree(text: string): void {
    const place = placeOf(text);
    if (place !== undefined && isDatabase(place)) signal(RMS.FLK);
  }

  /** The node works in it. */
  #isMovable(name: string | undefined): void {
    const place = name === undefined ? undefined : placeOf(name);
    if (place !== undefined && isNodeDirectory(place)) signal(RMS.FLK);
  }

  /** An existing file that grants `access`: its full name; undefined for NL:. */
  async #existing(text: string, access: Access, purpose: Purpose): Promise<string | undefined> {
    if (isNullDevice(text)) return undefined;
    await this.#reach(text, purpose);
    const entry = await this.unprotected.lookup(text);
    if (!mayAccess(this.#subject, entry, access)) signal(RMS.PRV);
    if (purpose === 'write') this.#isFree(entry.specification);
    return entry.specification;
  }

  /** The directory grants `access`, those above it a look-up. Where there is no such directory nothing is protected. */
  async #enter(text: string, access: Access): Promise<void> {
    const path = await this.unprotected.directoryPath(text);
    if (path === undefined) {
      const [closed] = await this.#closedAbove(text);
      if (closed !== undefined) signal(RMS.PRV);
      throw new Condition(RMS.DNF, [], { secondary: [condition(SYSTEM.NOSUCHFILE)] });
    }
    if (!this.#grants(path, access)) signal(RMS.PRV);
  }

  async #mayEnter(directory: string, access: Access): Promise<boolean> {
    const place = placeOf(directory);
    if (place !== undefined && holdsMessageTexts(place) && !this.#subject.privileges.has('BYPASS'))
      return false;
    const path = await this.unprotected.directoryPath(directory);
    return path !== undefined && this.#grants(path, access);
  }

  #grants(path: readonly FileEntry[], access: Access): boolean {
    return path.every((each, index) =>
      mayAccess(this.#subject, each, index === path.length - 1 ? access : 'E'),
    );
  }

  /** Directories on the way that keep this process out, of a way that ends too early. */
  async #closedAbove(text: string): Promise<readonly FileEntry[]> {
    const deepest = await this.#deepestPath(text, this.#components(text));
    return (deepest ?? []).filter((each) => !mayAccess(this.#subject, each, 'E'));
  }

  async #deepestDirectory(text: string, components: readonly string[]): Promise<FileEntry | undefined> {
    const path = await this.#deepestPath(text, components);
    if (path?.some((each) => !mayAccess(this.#subject, each, 'E'))) signal(RMS.PRV);
    return path?.at(-1);
  }

  async #deepestPath(text: string, components: readonly string[]): Promise<readonly FileEntry[] | undefined> {
    const { device } = parseFileSpecification(text);
    for (let length = components.length; length >= 0; length -= 1) {
      const path = await this.unprotected.directoryPath(
        device + formatDirectory(components.slice(0, length)),
      );
      if (path !== undefined) return path;
    }
    return undefined;
  }

  #components(text: string): readonly string[] {
    const { directory } = parseFileSpecification(text);
    return (directory === '' ? [] : directoryComponents(directory)) ?? signal(RMS.DIR);
  }

  /** Owner and protection of a new file: as given, else of the version before, else of the process. */
  async #newHeader(text: string, header: NewFileHeader): Promise<NewFileHeader> {
    await this.#reach(text, 'write');
    await this.#enter(text, 'W');
    this.#isFree(text);
    const subject = this.#subject;
    if (header.owner !== undefined && !mayOwn(subject, header.owner)) signal(RMS.PRV);
    const before = await this.#versionBefore(text);
    const owner = before !== undefined && mayOwn(subject, before.owner) ? before.owner : subject.uic;
    const protection = before?.protection ?? subject.defaultProtection();
    return { owner, protection, ...header };
  }

  async #versionBefore(text: string): Promise<FileEntry | undefined> {
    const { device, directory, name, type } = parseFileSpecification(text);
    try {
      return await this.unprotected.lookup(`${device}${directory}${name}${type || '.'};`);
    } catch (error) {
      if (error instanceof Condition && error.value === RMS.FNF.value) return undefined;
      throw error;
    }
  }
}

function directoryOf(specification: string): string {
  const { device, directory } = parseFileSpecification(specification);
  return device + directory;
}

const isNullDevice = (specification: string): boolean => /^_?NL(A0)?:/i.test(specification.trim());
