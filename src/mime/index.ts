/** MIME: what a message is made of, as text. */
export { type CharsetDecoder, charsetDecoder, decodeCharset } from './charset.ts';
export { headerText } from './header-text.ts';
export { HtmlText, htmlText } from './html-text.ts';
export { type PartHeader, parsePartHeader } from './part-header.ts';
export { type PartEvent, PartWalker } from './part-walker.ts';
export { safeLine, safeLines, safeText } from './safe-text.ts';
export { transferDecoder } from './transfer-decoder.ts';
