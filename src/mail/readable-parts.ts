/** Parts that are text, from bytes without transfer encoding to lines. Sources: RFC 2046 §4.1, RFC 3676. */
import { charsetDecoder } from '../mime/charset.ts';
import { HtmlText } from '../mime/html-text.ts';
import type { PartHeader } from '../mime/part-header.ts';
import { TextLines } from './text-lines.ts';

export interface TextPart {
  push(bytes: Uint8Array): Generator<string>;
  end(): Generator<string>;
}

export class PlainPart implements TextPart {
  readonly #charset: ReturnType<typeof charsetDecoder>;
  readonly #lines: TextLines;

  constructor(header: PartHeader) {
    this.#charset = charsetDecoder(header.charset);
    this.#lines = new TextLines({ isFlowed: header.isFlowed, deletesSpace: header.deletesSpace });
  }
  push(bytes: Uint8Array): Generator<string> {
    return this.#lines.push(this.#charset.write(bytes));
  }
  *end(): Generator<string> {
    yield* this.#lines.push(this.#charset.end());
    yield* this.#lines.end();
  }
}

export class HtmlPart implements TextPart {
  readonly #charset: ReturnType<typeof charsetDecoder>;
  readonly #html = new HtmlText();

  constructor(header: PartHeader) {
    this.#charset = charsetDecoder(header.charset);
  }
  push(bytes: Uint8Array): Generator<string> {
    return this.#html.push(this.#charset.write(bytes));
  }
  *end(): Generator<string> {
    yield* this.#html.push(this.#charset.end());
    yield* this.#html.end();
  }
}
