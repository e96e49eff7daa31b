/** Reads a tar as it comes, one member after the other. Members of other kinds than files and directories are refused. */
import { BLOCK_BYTES, paddingOf, type ReadHeader, readHeader, readPax, type TarEntry } from './header.ts';

export interface TarMember extends TarEntry {
  /** The bytes, once; what is not read of them is passed over. */
  read(): AsyncIterable<Uint8Array>;
}

/** Longest pax header that is believed: names are short. */
const LONGEST_PAX = 65_536;

/** Throws an Error that says what is wrong with the archive, also where it ends too early. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarMember> {
  const bytes = new ByteSource(source);
  let pax: ReadonlyMap<string, string> = new Map();
  for (;;) {
    const block = await bytes.exactly(BLOCK_BYTES);
    if (block.every((byte) => byte === 0)) return;
    const header = readHeader(block);
    if (header === undefined) throw new Error('it is no tar archive, or it is damaged');
    if (header.type === 'x') {
      if (header.sizeBytes > LONGEST_PAX) throw new Error('it is damaged');
      pax = readPax(await bytes.exactly(header.sizeBytes));
      await bytes.skip(paddingOf(header.sizeBytes));
      continue;
    }
    const entry = entryOf(header, pax);
    pax = new Map();
    let left = entry.sizeBytes;
    yield {
      ...entry,
      async *read() {
        while (left > 0) {
          const chunk = await bytes.atMost(left);
          left -= chunk.byteLength;
          yield chunk;
        }
      },
    };
    await bytes.skip(left + paddingOf(entry.sizeBytes));
  }
}

function entryOf(header: ReadHeader, pax: ReadonlyMap<string, string>): TarEntry {
  const { type, ...rest } = header;
  if (type !== '0' && type !== '5') throw new Error(`${header.path} is neither a file nor a directory`);
  const path = pax.get('path') ?? header.path;
  const sizeBytes = Number(pax.get('size') ?? header.sizeBytes);
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) throw new Error('it is damaged');
  return { ...rest, path: path.replace(/\/$/, ''), sizeBytes, kind: type === '5' ? 'directory' : 'file' };
}

class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  async atMost(count: number): Promise<Uint8Array> {
    while (this.#held.byteLength === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) throw new Error('it ends too early');
      this.#held = next.value;
    }
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(taken.byteLength);
    return taken;
  }

  async exactly(count: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for (let left = count; left > 0; left -= parts.at(-1)!.byteLength) parts.push(await this.atMost(left));
    return Buffer.concat(parts);
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) left -= (await this.atMost(left)).byteLength;
  }
}
