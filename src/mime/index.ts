/** MIME: what a message is made of, as text. */
export { type CharsetDecoder, charsetDecoder, decodeCharset } from './charset.ts';
export { headerText } from './header-text.ts';
export { HtmlText } from './html-text.ts';
export type { PartHeader } from './part-header.ts';
export { type PartEvent, PartWalker } from './part-walker.ts';
export { safeLines } from './safe-text.ts';
export { transferDecoder } from './transfer-decoder.ts';
