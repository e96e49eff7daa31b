/**
 * What a user name may look like: letters, digits, `$` and `_`, at most 31 characters, case-blind.
 * Deviation: OpenVMS allows 12; mail addresses of today are longer, and 31 is its limit for other names.
 */
const LONGEST = 31;

/** The name as it is kept, or undefined when it cannot be one. */
export function accountName(text: string): string | undefined {
  const name = text.toUpperCase();
  return name.length <= LONGEST && /^[A-Z0-9$_]+$/.test(name) ? name : undefined;
}

/** A name for a Linux user: `anne.smith-2` becomes ANNE_SMITH_2. Never empty. */
export function accountNameOfLogin(login: string): string {
  const name = login
    .toUpperCase()
    .replace(/[^A-Z0-9$_]/g, '_')
    .slice(0, LONGEST);
  return name === '' ? 'USER' : name;
}
