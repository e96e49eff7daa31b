/** Values of the host command's options: what cannot be is said before anything is begun. */
import { InvalidArgumentError } from 'commander';

/** A directory; what is below it is made when it is needed. */
export function directory(text: string): string {
  if (text.trim() === '' || text.includes('\0')) throw new InvalidArgumentError('It wants a directory.');
  return text;
}

/** `SMTP=2525`, collected. */
export function ports(text: string, earlier: Readonly<Record<string, number>>): Record<string, number> {
  const [, service, number] = /^([A-Za-z0-9$_]+)=(\d{1,5})$/.exec(text) ?? [];
  if (service === undefined || Number(number) > 65_535) {
    throw new InvalidArgumentError('It wants SERVICE=NUMBER, for example SMTP=2525; 0 is any free port.');
  }
  return { ...earlier, [service.toUpperCase()]: Number(number) };
}

/** Of a port, or 0. */
export function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('It wants the number of a port, for example 9925.');
  return Number(text);
}

/** SCSNODE. */
export function nodeName(text: string): string {
  if (!/^[A-Z][A-Z0-9]{0,5}$/i.test(text)) {
    throw new InvalidArgumentError('It wants a letter, then letters or digits, 6 at most.');
  }
  return text.toUpperCase();
}

/** RFC 1123 §2.1: labels of letters, digits and hyphens. It goes into greetings, addresses and Message-IDs. */
export function hostName(text: string): string {
  const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
  if (text.length > 253 || !new RegExp(`^${label}(\\.${label})*$`, 'i').test(text)) {
    throw new InvalidArgumentError('It wants the name of a host, for example hearts.example.');
  }
  return text.toLowerCase();
}

/** An OpenVMS user name; whether there is such an account is found out later. */
export function userName(text: string): string {
  if (!/^[A-Z0-9$_-]{1,31}$/i.test(text)) throw new InvalidArgumentError('It wants an OpenVMS user name.');
  return text;
}
