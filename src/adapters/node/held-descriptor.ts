/**
 * A descriptor that every process of a node inherits and holds as long as it lives: the lock of images/node-lock.ts.
 * It has the same number in all of them.
 */
const NAME = 'VMSMAIL_LOCK_FD';
const NUMBER = 4;

/** What a child of this process gets as its descriptor 4, behind the channel: nothing where we hold none. */
export const heldDescriptor = (): readonly number[] => (process.env[NAME] === String(NUMBER) ? [NUMBER] : []);
