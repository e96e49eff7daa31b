/** RUN, MCR, foreign commands: activates images, and gives them their SYS$INPUT, SYS$OUTPUT, SYS$ERROR. dcl.md §6.5, §9.4, §15 */
import { DCL } from '../command-definition/index.ts';
import { Condition } from '../condition/index.ts';
import type { SessionInput } from '../ports/session-io.ts';
import type { Image, ImageContext } from '../system/image.ts';
import { resolveFile } from '../system/resolve-file.ts';
import { sessionDevice } from '../system/session-device.ts';
import { DataLines } from './data-lines.ts';
import { inputOf } from './devices.ts';
import { createFileInput } from './file-input.ts';
import type { Interpreter } from './interpreter.ts';
import { endsStandstill } from './interrupts.ts';
import type { Level } from './level.ts';
import { CLI_IMAGE, INTERPRETER } from './messages.ts';
import { subprocessesOf } from './spawning.ts';
import { asImage } from './verb.ts';

/** `SYS$SYSTEM:TCPIP$SMTP_RECEIVER.EXE;1` → `TCPIP$SMTP_RECEIVER`. */
export const imageName = (specification: string): string =>
  specification
    .replace(/^.*[:\]>]/s, '')
    .replace(/[.;].*$/s, '')
    .toUpperCase();

/** Throws ACTIMAGE when there is no such image. */
export async function activate(
  interpreter: Interpreter,
  level: Level,
  file: string,
  commandLine: string,
  defaults?: string,
): Promise<number> {
  const image = await findImage(interpreter, file, defaults);
  return asImage(interpreter, level, imageName(file), async (signal) =>
    image(imageContext(interpreter, level, signal, commandLine)),
  );
}

/** `FOO :== $image`: the rest of the line goes to the program as it is. */
export async function activateForeign(
  interpreter: Interpreter,
  level: Level,
  text: string,
): Promise<number | undefined> {
  if (endsStandstill(interpreter, level)) return undefined;
  if (mayRunNoImages(interpreter)) throw new Condition(DCL.NOFORCMD);
  const [, file = '', rest = ''] = /^[ \t]*([^ \t/]*)[ \t]*(.*)$/s.exec(text) ?? [];
  return activate(interpreter, level, file, rest);
}

/** UAF flag DISIMAGE: no RUN, no MCR, no foreign commands. */
export const mayRunNoImages = ({ process }: Interpreter): boolean =>
  process.account.flags.includes('DISIMAGE');

/** @param defaults  where an image that is not there would have been */
export async function findImage(
  interpreter: Interpreter,
  file: string,
  defaults = 'SYS$SYSTEM:.EXE',
): Promise<Image> {
  return interpreter.images.get(imageName(file)) ?? noImage(interpreter, file, defaults);
}

/** Throws ACTIMAGE: there is no image, or none of the kind that is meant. */
export async function noImage(interpreter: Interpreter, file: string, defaults: string): Promise<never> {
  const sought = await resolveFile(interpreter.process, file, defaults);
  // RMS names what it looked for with the delimiter of the version.
  const specification = sought.includes(';') ? sought : `${sought};`;
  throw new Condition(INTERPRETER.ACTIMAGE, [imageName(file)], {
    secondary: [new Condition(CLI_IMAGE.IMAGEFNF, [specification])],
  });
}

export function imageContext(
  interpreter: Interpreter,
  level: Level,
  signal: AbortSignal,
  commandLine: string,
): ImageContext {
  return {
    process: interpreter.process,
    input: imageInput(interpreter, level),
    command: interpreter.input,
    ...(interpreter.pipe === undefined ? {} : { pipe: interpreter.pipe }),
    output: interpreter.output,
    error: interpreter.error,
    commandLine,
    setSymbol: (name, value) => level.symbols.set(name, value),
    subprocesses: () => subprocessesOf({ interpreter, level }),
    signal,
  };
}

/** The procedure's data lines, the terminal, a redirection of PIPE, or what DEFINE SYS$INPUT made of it. */
export function imageInput(interpreter: Interpreter, level: Level): SessionInput {
  const { process } = interpreter;
  const definition = process.logicalNames.lookup('SYS$INPUT', 'PROCESS');
  const redefined = definition?.mode === 'USER' || definition?.mode === 'SUPERVISOR';
  const value = redefined ? definition.values[0] : undefined;
  if (value !== undefined) {
    const device = sessionDevice(value, process);
    if (device === undefined) {
      const file = createFileInput(interpreter, value);
      interpreter.imageInputs.push(file);
      return file;
    }
    if (device !== 'SYS$INPUT') return inputOf(device, interpreter, level);
  }
  if (level.streams.input !== undefined) return level.streams.input;
  if (level.isTyped) return interpreter.pipe ?? interpreter.input;
  const echo = interpreter.verify.image
    ? (record: string): void => void interpreter.output.writeLine(record)
    : undefined;
  return new DataLines(level, echo);
}

/** A command has ended: the files it read as SYS$INPUT, all but the first so many, are closed. */
export async function closeImageInputs({ imageInputs }: Interpreter, kept: number): Promise<void> {
  for (const each of imageInputs.splice(kept)) await each.close();
}

/** An image has ended. */
export async function rundown(interpreter: Interpreter): Promise<void> {
  interpreter.process.logicalNames.imageRundown();
  await interpreter.streams.rundown((text) => resolveFile(interpreter.process, text, '.LOG'));
}
