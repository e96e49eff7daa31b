/**
 * Containers that are open, and the lines that end them. Every line that begins with two hyphens is looked at, so nothing is made for it.
 * Source: RFC 2046 §5.1.1, §5.1.2.
 */
export type Frame =
  | { readonly kind: 'multipart'; readonly boundary: Uint8Array; readonly defaultType: string }
  /** `start`: where in the whole its text begins. */
  | { readonly kind: 'message'; readonly start: number };

export interface BoundaryFound {
  /** Of the multipart it belongs to. */
  readonly depth: number;
  readonly isClosing: boolean;
  /** Behind its line. */
  readonly end: number;
}

/** A longer line is no boundary. RFC 2046 §5.1.1: 70 characters */
const BOUNDARY_LINE = 1_000;
const [LF, CR, DASH] = [0x0a, 0x0d, 0x2d];
/** Blanks, and what people put there in their place. */
const BLANKS = new Set([0x09, 0x0b, 0x0c, CR, 0x20, 0xa0]);

/**
 * The boundary in the line that begins at `start`. Also an outer one ends the parts inside.
 * @param how.isLast  no bytes follow: what is not there does not count
 * @param how.isBinary  the line has to end with CRLF
 * @returns undefined: none; 'unknown': the bytes behind decide
 */
export function boundaryAt(
  bytes: Uint8Array,
  start: number,
  frames: readonly Frame[],
  how: { readonly isLast: boolean; readonly isBinary: boolean },
): BoundaryFound | 'unknown' | undefined {
  for (let depth = frames.length - 1; depth >= 0; depth--) {
    const frame = frames[depth]!;
    if (frame.kind !== 'multipart') continue;
    const found = matchOf(bytes, start, frame.boundary, how);
    if (found !== undefined) return found === 'unknown' ? found : { depth, ...found };
  }
  return undefined;
}

function matchOf(
  bytes: Uint8Array,
  start: number,
  boundary: Uint8Array,
  { isLast, isBinary }: { readonly isLast: boolean; readonly isBinary: boolean },
): Omit<BoundaryFound, 'depth'> | 'unknown' | undefined {
  const missing = isLast ? undefined : 'unknown';
  let at = start;
  for (let hyphens = 0; hyphens < 2; hyphens++, at++) {
    if (at >= bytes.byteLength) return missing;
    if (bytes[at] !== DASH) return undefined;
  }
  for (let index = 0; index < boundary.byteLength; index++, at++) {
    if (at >= bytes.byteLength) return missing;
    if (bytes[at] !== boundary[index]) return undefined;
  }
  const isClosing = bytes[at] === DASH;
  if (isClosing) {
    if (at + 1 >= bytes.byteLength) return missing;
    if (bytes[at + 1] !== DASH) return undefined;
    at += 2;
  }
  while (at < bytes.byteLength && BLANKS.has(bytes[at]!)) at++;
  const isWhole = at < bytes.byteLength;
  if (isWhole && bytes[at] !== LF) return undefined;
  const end = isWhole ? at + 1 : at;
  if (end - start > BOUNDARY_LINE) return undefined;
  if (!isWhole) return isLast ? { isClosing, end } : 'unknown';
  return isBinary && bytes[at - 1] !== CR ? undefined : { isClosing, end };
}
