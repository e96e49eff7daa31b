/** `<`, `>` and `2>` of a segment: streams that are opened before it and closed behind it. Source: dcl.md §15. */
import { Condition } from '../../condition/index.ts';
import type { SessionInput, SessionOutput } from '../../ports/session-io.ts';
import { resolveFile } from '../../system/resolve-file.ts';
import { sessionDevice } from '../../system/session-device.ts';
import { openFailure } from '../call.ts';
import { inputOf, outputOf } from '../devices.ts';
import { createFileInput } from '../file-input.ts';
import { createFileOutput, type FileOutput } from '../file-output.ts';
import type { Interpreter } from '../interpreter.ts';
import type { Level, LevelStreams } from '../level.ts';
import type { PipeSegment, Redirection } from './pipe-parser.ts';

interface Closable {
  close(): Promise<void>;
}

export interface OpenRedirections extends Closable {
  readonly streams: LevelStreams;
}

/** Throws OPENIN, OPENOUT with the RMS condition behind them. */
export async function openRedirections(
  interpreter: Interpreter,
  level: Level,
  { input, output, error }: PipeSegment,
): Promise<OpenRedirections> {
  const opened: Closable[] = [];
  const open = async (redirection: Redirection | undefined): Promise<SessionOutput | undefined> => {
    if (redirection === undefined) return undefined;
    const device = sessionDevice(redirection.file, interpreter.process);
    if (device !== undefined) return outputOf(device, interpreter);
    const file = await openOutput(interpreter, redirection);
    opened.push(file);
    return file;
  };
  const close = async (): Promise<void> => {
    for (const each of opened) await each.close();
  };
  try {
    const streams = {
      input: input === undefined ? undefined : await openInput(interpreter, level, input, opened),
      output: await open(output),
      error: await open(error),
    };
    return { streams, close };
  } catch (failure) {
    await close();
    throw failure;
  }
}

async function openOutput(interpreter: Interpreter, { file, appends }: Redirection): Promise<FileOutput> {
  const { files } = interpreter.process;
  const specification = await resolveFile(interpreter.process, file);
  try {
    return createFileOutput(await (appends ? append() : files.create(specification)));
  } catch (failure) {
    throw openFailure('OPENOUT', specification, failure);
  }

  async function append() {
    try {
      return await files.openAppend(specification);
    } catch (failure) {
      if (failure instanceof Condition && failure.ident === 'FNF') return files.create(specification);
      throw failure;
    }
  }
}

async function openInput(
  interpreter: Interpreter,
  level: Level,
  file: string,
  closable: Closable[],
): Promise<SessionInput> {
  const device = sessionDevice(file, interpreter.process);
  if (device !== undefined) return inputOf(device, interpreter, level);
  const specification = await resolveFile(interpreter.process, file);
  try {
    await interpreter.process.files.lookup(specification, 'read');
  } catch (failure) {
    throw openFailure('OPENIN', specification, failure);
  }
  const opened = createFileInput(interpreter, specification);
  closable.push(opened);
  return opened;
}
