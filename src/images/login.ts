/** Who has logged in: the account of a session goes by it, whatever user the command then becomes. */
import { userInfo } from 'node:os';

let remembered: string | undefined;

/** Before this process becomes somebody else. */
export function rememberLogin(): void {
  remembered ??= currentName();
}

export const loginName = (): string => remembered ?? currentName();

function currentName(): string {
  try {
    return userInfo().username;
  } catch {
    // A number without an account, as in containers.
    return process.env['USER'] ?? `UID${process.getuid?.() ?? 0}`;
  }
}
