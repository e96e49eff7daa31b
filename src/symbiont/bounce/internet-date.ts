/** `Mon, 2 Nov 1998 17:31:22 -0600`. Source: RFC 5322 §3.3; tcpip-smtp.md §5.7. */
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** @param offsetMinutes  east of UTC; default: the machine's own zone at that instant */
export function internetDate(
  instant: number,
  offsetMinutes = -new Date(instant).getTimezoneOffset(),
): string {
  const local = new Date(instant + offsetMinutes * 60_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(two).join(':');
  const east = Math.abs(offsetMinutes);
  const zone = `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(east / 60))}${two(east % 60)}`;
  const day = `${days[local.getUTCDay()]}, ${local.getUTCDate()} ${months[local.getUTCMonth()]} ${local.getUTCFullYear()}`;
  return `${day} ${time} ${zone}`;
}
