/**
 * The editor of whoever sits at a terminal: of the host, since there are neither EVE nor EDT here. It gets a file of its
 * own that only he can read, and that is gone afterwards.
 */
export interface EditRequest {
  /** Shown by the editor: `MAIL_08C8_SEND.TMP`, `LOGIN.COM`. No directory, no version. */
  readonly name: string;
  /** What it begins with. */
  readonly text: Iterable<string> | AsyncIterable<string>;
  /** To be looked at: what is written counts for nothing. */
  readonly isReadOnly?: boolean;
  /** Ends the editor. */
  readonly signal?: AbortSignal;
}

export interface EditedText {
  /** It was left with the text saved, changed or not: EXIT. False: it was left without (QUIT), or failed. */
  readonly isSaved: boolean;
  /** Other than it was. */
  readonly isChanged: boolean;
  readonly lines: AsyncIterable<string>;
}

/** There is no such program on this machine, or it may not be run. */
export class EditorNotStarted extends Error {
  /** As it was to be called. */
  readonly command: string;

  constructor(command: string) {
    super(`${command} cannot be started`);
    this.name = 'EditorNotStarted';
    this.command = command;
  }
}

export interface TextEditor {
  /** @param take  gets the text while its file is still there. Throws EditorNotStarted. */
  edit<T>(request: EditRequest, take: (edited: EditedText) => Promise<T>): Promise<T>;
}
