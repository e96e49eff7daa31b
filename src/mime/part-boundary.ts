/** Containers that are open, and the lines that end them. Source: RFC 2046 §5.1.1, §5.1.2. */
export type Frame =
  | { readonly kind: 'multipart'; readonly boundary: string; readonly defaultType: string }
  /** `start`: where in the whole its text begins. */
  | { readonly kind: 'message'; readonly start: number };

export interface BoundaryFound {
  /** Of the multipart it belongs to. */
  readonly depth: number;
  readonly isClosing: boolean;
}

/** Also an outer boundary ends the parts inside. */
export function boundaryAt(line: Uint8Array, frames: readonly Frame[]): BoundaryFound | undefined {
  if (line[0] !== 0x2d || line[1] !== 0x2d) return undefined;
  const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('latin1').trimEnd();
  for (let depth = frames.length - 1; depth >= 0; depth--) {
    const frame = frames[depth]!;
    if (frame.kind !== 'multipart') continue;
    if (!text.startsWith(frame.boundary, 2)) continue;
    const rest = text.slice(2 + frame.boundary.length);
    if (rest === '' || rest === '--') return { depth, isClosing: rest === '--' };
  }
  return undefined;
}
