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

/** RFC 6376 §3.1: labels. */
export function selector(text: string): string {
  const label = '[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?';
  if (text.length > 63 || !new RegExp(`^${label}(\\.${label})*$`, 'i').test(text))
    throw new InvalidArgumentError('It wants letters, digits and hyphens, for example mail2026.');
  return text.toLowerCase();
}

/** RFC 8301 §3.2: 1024 at least; verifiers need not take more than 4096. */
export function keyBits(text: string): number {
  const bits = Number(text);
  if (!Number.isInteger(bits) || bits < 1_024 || bits > 4_096)
    throw new InvalidArgumentError('It wants a number from 1024 to 4096.');
  return bits;
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `0`, `30m`, `12h`, `2d`: milliseconds. */
export function duration(text: string): number {
  const [, amount = '', unit] = /^(\d{1,4})([mhd])?$/.exec(text) ?? [];
  if (amount === '' || (unit === undefined && Number(amount) !== 0))
    throw new InvalidArgumentError('It wants minutes, hours or days, for example 30m, 12h or 2d; 0 is now.');
  return Number(amount) * (UNITS[unit ?? 'm'] ?? 0);
}
