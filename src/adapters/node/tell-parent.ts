/** A word to the process that started this one, over Node's channel between the two. */
import type { Socket } from 'node:net';

/**
 * A parent that was killed is noticed a turn of the event loop later, by `disconnect`: what is said to it until then is lost and
 * nothing else. Without a callback Node makes an error event of it that nobody listens to, and the process dies of that.
 * @param socket  handed over with the message
 * @param sent  called when the message has left, or cannot
 */
export function tellParent(message: object, socket?: Socket, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(message, socket, undefined, sent);
  else sent();
}
