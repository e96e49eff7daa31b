/** Finds where control goes in a procedure: ELSE and ENDIF, ENDSUBROUTINE, labels. Source: dcl.md §8. */
import type { Block, ProcedureLine, Structure } from './procedure-line.ts';
import { encloses, type ProcedureText } from './procedure-text.ts';

/** Repeats a search as long as it may find something in lines that have not been read yet. */
async function searching<T>(text: ProcedureText, search: () => T | undefined): Promise<T | undefined> {
  for (;;) {
    const found = search();
    if (found !== undefined) return found;
    if (text.complete || !(await text.pull())) return search();
  }
}

/** A search that is answered at once in the text of a file. */
function find<T>(text: ProcedureText, search: () => T | undefined): T | undefined | Promise<T | undefined> {
  for (;;) {
    const found = search();
    if (found !== undefined) return found;
    if (!text.more()) return text.complete ? undefined : searching(text, search);
  }
}

/** The next command behind a line; undefined at the end. Data, comments and labels alone are passed over. */
export function findCommand(
  text: ProcedureText,
  start: number,
): ProcedureLine | undefined | Promise<ProcedureLine | undefined> {
  return find(text, () => {
    for (let index = start; index < text.lines.length; index += 1) {
      const line = text.lines[index]!;
      if (line.structure !== undefined || (line.kind === 'command' && !line.isEmpty)) return line;
    }
    return undefined;
  });
}

/** Line of the ELSE or ENDIF (`wanted`) that belongs to the IF or ELSE before `start`. */
export function findBranch(
  text: ProcedureText,
  start: number,
  wanted: readonly Structure[],
): number | undefined | Promise<number | undefined> {
  return find(text, () => {
    let depth = 0;
    for (let index = start; index < text.lines.length; index += 1) {
      const structure = text.lines[index]!.structure;
      if (structure === 'if') depth += 1;
      else if (depth === 0 && structure !== undefined && wanted.includes(structure)) return index;
      else if (structure === 'endif') depth -= 1;
    }
    return undefined;
  });
}

/** Line of the ENDSUBROUTINE that ends the subroutine begun before `start`. */
export function findEndOfSubroutine(
  text: ProcedureText,
  start: number,
): number | undefined | Promise<number | undefined> {
  return find(text, () => {
    let depth = 0;
    for (let index = start; index < text.lines.length; index += 1) {
      const structure = text.lines[index]!.structure;
      if (structure === 'subroutine') depth += 1;
      else if (structure === 'endsubroutine' && depth === 0) return index;
      else if (structure === 'endsubroutine') depth -= 1;
    }
    return undefined;
  });
}

/** Line of a label that GOTO and GOSUB can reach from `from`, searched forward from `start`. */
export function findLabel(
  text: ProcedureText,
  label: string,
  start: number,
  from: Block | undefined,
): number | undefined | Promise<number | undefined> {
  return find(text, () => {
    for (let index = start; index < text.lines.length; index += 1) {
      const line = text.lines[index]!;
      if (line.label === label && encloses(line.block, from) && line.structure !== 'subroutine') return index;
    }
    return undefined;
  });
}

/** The last such label before `start` that nothing has executed: a search has read over it. */
export function findPassedLabel(
  text: ProcedureText,
  label: string,
  start: number,
  from: Block | undefined,
): number | undefined {
  for (let index = start - 1; index >= 0; index -= 1) {
    const line = text.lines[index]!;
    if (line.label === label && encloses(line.block, from) && line.structure !== 'subroutine') return index;
  }
  return undefined;
}

/**
 * Line `label: SUBROUTINE` that CALL means: anywhere in the file, as long as the subroutine it stands in is the one of the
 * caller or one around it. Of several, the innermost. dcl.md §8.4
 */
export function findSubroutine(
  text: ProcedureText,
  label: string,
  from: Block | undefined,
): number | undefined | Promise<number | undefined> {
  const around = subroutinesAround(from);
  // The innermost may stand behind one that is further out.
  while (text.more());
  return find(text, () => {
    for (const home of around) {
      const index = text.lines.findIndex(
        (line) =>
          line.label === label &&
          line.structure === 'subroutine' &&
          subroutinesAround(line.block)[0] === home,
      );
      if (index !== -1) return index;
    }
    return undefined;
  });
}

/** Innermost first; undefined, at the end, is the procedure itself. */
function subroutinesAround(block: Block | undefined): readonly (Block | undefined)[] {
  const found: (Block | undefined)[] = [];
  for (let each = block; each !== undefined; each = each.parent) {
    if (each.kind === 'subroutine') found.push(each);
  }
  return [...found, undefined];
}
