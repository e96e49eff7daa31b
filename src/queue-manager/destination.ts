/** The domain a recipient is in, for commands about a destination. */
import type { RecipientInfo } from '../ports/queue-manager.ts';
import { matchesNamePattern } from '../system/name-pattern.ts';

/** Lower case, '' without one. */
const destinationOf = (forwardPath: string): string =>
  forwardPath.slice(forwardPath.lastIndexOf('@') + 1 || forwardPath.length).toLowerCase();

/** @param pattern  undefined: all are */
export const isFor = ({ forwardPath }: RecipientInfo, pattern: string | undefined): boolean =>
  pattern === undefined || matchesNamePattern(destinationOf(forwardPath), pattern.toLowerCase());
