/** Sizes of files in blocks of 512 bytes. */
import type { FileEntry } from '../../../ports/file-system.ts';

export const BLOCK_BYTES = 512;
/** Cluster factor of the volume: space is given in pieces of so many blocks. dcl.md §13 [R8]: `deleted (16 blocks)` */
const CLUSTER_BLOCKS = 16;

export const usedBlocks = ({ sizeBytes }: Pick<FileEntry, 'sizeBytes'>): number =>
  Math.ceil(sizeBytes / BLOCK_BYTES);

export const allocatedBlocks = (entry: Pick<FileEntry, 'sizeBytes'>): number =>
  Math.ceil(usedBlocks(entry) / CLUSTER_BLOCKS) * CLUSTER_BLOCKS;
