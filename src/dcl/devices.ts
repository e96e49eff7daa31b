/** The streams of the session behind the names that are no files. Source: dcl.md §10.2, §11.2, §15. */
import type { SessionInput, SessionOutput } from '../ports/session-io.ts';
import type { SessionDevice } from '../system/session-device.ts';
import { nullInput } from './data-lines.ts';
import { nullOutput } from './file-output.ts';
import { imageInput } from './image-activation.ts';
import type { Interpreter } from './interpreter.ts';
import type { Level } from './level.ts';

export function inputOf(device: SessionDevice, interpreter: Interpreter, level: Level): SessionInput {
  switch (device) {
    case 'SYS$INPUT':
      return imageInput(interpreter, level);
    case 'SYS$PIPE':
      return interpreter.pipe ?? imageInput(interpreter, level);
    case 'NL':
      return nullInput;
    default:
      return interpreter.input;
  }
}

export function outputOf(device: SessionDevice, interpreter: Interpreter): SessionOutput {
  switch (device) {
    case 'SYS$ERROR':
      return interpreter.error;
    case 'NL':
      return nullOutput;
    default:
      return interpreter.output;
  }
}
