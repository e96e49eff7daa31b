export { IndexedFiles } from './indexed-files.ts';
export { IndexedStream } from './indexed-stream.ts';
