export { readTar, type TarMember } from './read-tar.ts';
export { TarWriter } from './tar-writer.ts';
