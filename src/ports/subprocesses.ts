/**
 * Subprocesses as an image creates them, and the way to another process of the job: LIB$SPAWN and LIB$ATTACH.
 * Source: OpenVMS RTL Library (LIB$) Manual; dcl.md §15.
 */
export interface SpawnRequest {
  /** A command of DCL. Without one the input is read until it ends, or the terminal until LOGOUT. */
  readonly command?: string | undefined;
  /** File or device instead of the terminal; type .COM. */
  readonly input?: string | undefined;
  /** File or device; type .LOG. */
  readonly output?: string | undefined;
  /** Default `USER_n`. */
  readonly processName?: string | undefined;
  readonly inheritsSymbols?: boolean;
  readonly inheritsLogicalNames?: boolean;
  readonly inheritsKeys?: boolean;
  /** Default true: whoever asks goes on when it has ended, or when somebody attaches him. */
  readonly waits?: boolean;
}

export type AttachTarget =
  | { readonly kind: 'parent' }
  /** Process name, or 8 hexadecimal digits. */
  | { readonly kind: 'process'; readonly name: string };

export interface Subprocesses {
  /** Its final status; success at once where nobody waits. Throws SYSTEM DUPLNAM, EXQUOTA; OPENIN, OPENOUT. */
  spawn(request: SpawnRequest): Promise<number>;
  /** Resolves when the terminal has come back. Throws SYSTEM NONEXPR where there is no such process. */
  attach(target: AttachTarget): Promise<void>;
  /** Somebody created the process that asks. */
  readonly hasParent: boolean;
}
