/**
 * SYS$MANAGER:VMSMAIL$PRINTERS.DAT: what the system manager gives the devices of output queues.
 *
 *   ! device   a program of this machine and its arguments, each in quotation marks
 *   LPA0       "/usr/bin/lp" "-d" "laser"
 *   ! device   or a directory, where each job becomes a file
 *   TTA1       DKA0:[LISTINGS]
 *
 * A device that is not named writes files into DKA0:[SYSPRINT]. No shell sees any of it.
 */
import type { PrinterCommand } from '../ports/printer.ts';

export const PRINTERS_FILE = 'DKA0:[SYSMGR]VMSMAIL$PRINTERS.DAT';
export const PRINT_DIRECTORY = 'DKA0:[SYSPRINT]';

export type PrinterDefinition =
  | { readonly kind: 'command'; readonly command: PrinterCommand }
  | { readonly kind: 'directory'; readonly directory: string }
  /** The line of the device says neither. */
  | { readonly kind: 'mistake'; readonly line: string };

/** Of a device, by its name in any case, without colon. The last line that names it counts. */
export function printerOf(device: string, lines: readonly string[]): PrinterDefinition {
  const wanted = device.replace(/:$/, '').toUpperCase();
  const line = lines
    .map((each) => each.trim())
    .filter((each) => !each.startsWith('!'))
    .findLast((each) => each.split(/[\s:]/, 1)[0]!.toUpperCase() === wanted);
  if (line === undefined) return { kind: 'directory', directory: PRINT_DIRECTORY };
  const value = line.slice(wanted.length).replace(/^:/, '').trim();
  if (/^[\w$]+:\[[^\]]+\]$/.test(value)) return { kind: 'directory', directory: value.toUpperCase() };
  const [program, ...rest] = [...value.matchAll(/"([^"]*)"/g)].map(([, word]) => word!);
  const isWhole = /^("[^"]*"\s*)+$/.test(value);
  // Not looked for on a path: what is run is what the manager wrote.
  if (!isWhole || program === undefined || !program.startsWith('/')) return { kind: 'mistake', line };
  return { kind: 'command', command: { program, arguments: rest } };
}
