/** An FAO control string that is wrong. F$FAO shows it as SYSTEM-F-BADPARAM with the rejected text; elsewhere it is a bug. */
export class FaoSyntaxError extends Error {
  /** The control string from the wrong directive on: ` \!Q|\`. */
  readonly token: string;

  constructor(token: string) {
    super(`FAO directive not known: ${token}`);
    this.name = 'FaoSyntaxError';
    this.token = token;
  }
}
