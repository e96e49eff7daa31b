/** /PAGE: stops when the screen is full, until somebody presses RETURN. Only on a terminal. Source: DCL Dictionary, TYPE/PAGE. */
import type { CommandOutput } from '../../../system/command-output.ts';
import type { CoreContext } from '../../verb.ts';

export interface PagedOutput extends CommandOutput {
  /** Ctrl/Z at the prompt: nothing more is wanted. */
  readonly isOver: boolean;
}

/** What a command lists into: with /PAGE somebody may have seen enough. */
export type ListingOutput = CommandOutput & { readonly isOver?: boolean };
export const isEnough = ({ isOver }: ListingOutput): boolean => isOver === true;

const PROMPT = 'Press RETURN to continue ';

export function pagedOutput(inner: CommandOutput, { output, command }: CoreContext): PagedOutput {
  const linesOfPage = Math.max(1, output.rows - 1);
  let shown = 0;
  let isOver = false;
  return {
    get isOver() {
      return isOver;
    },
    async line(text) {
      if (isOver) return;
      if (output.isTerminal && shown >= linesOfPage) {
        shown = 0;
        const read = await command.read({ prompt: PROMPT });
        isOver = read.kind !== 'record';
        if (isOver) return;
      }
      shown += Math.max(1, Math.ceil(text.length / Math.max(1, output.columns)));
      await inner.line(text);
    },
    close: () => inner.close(),
  };
}
