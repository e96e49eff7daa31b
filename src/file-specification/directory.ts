/** The directory field: `[A.B]`, `[000000]`, `[.A]`, `[-.X]`, `[A...]`, `[A.][B]`. Source: dcl.md §12. */

import { normalComponent } from './escapes.ts';

/** The top directory of a device. */
export const TOP = '[000000]';

const COMPONENT = /^(?:\^[^/\x00-\x1f]|[^\x00-\x20/\\|"?:;<>[\]^.,\x7f])+$/u;

/** One pair of square brackets, checked, each name in its one spelling; undefined when the syntax is wrong. '' stays ''. */
export function normalDirectory(text: string): string | undefined {
  if (text === '') return '';
  const groups = [...text.matchAll(/[[<]([^\]>]*)[\]>]/g)].map((group) => group[1]!);
  if (!/^(\[[^\]]*\]|<[^>]*>)+$/.test(text)) return undefined;
  const [first = '', second] = groups;
  // A rooted directory: [A.][B] is [A.B], [A.][000000] is [A].
  const inside = second === undefined ? first : joinRooted(first, second);
  if (inside === undefined) return undefined;
  const uic = /^([0-7]{1,3}),([0-7]{1,3})$/.exec(inside);
  if (uic !== null) return `[${uic[1]!.padStart(3, '0')}${uic[2]!.padStart(3, '0')}]`;
  // A root in its own right, as the value of a concealed logical name.
  const checked = second === undefined && /[^.^]\.$/.test(inside) ? inside.slice(0, -1) : inside;
  if (splitInside(checked) === undefined) return undefined;
  return `[${inside.replace(/(?:\^.|[^.^])+/gu, normalComponent)}]`;
}

function joinRooted(root: string, inside: string): string | undefined {
  if (!root.endsWith('.') || root.endsWith('..')) return undefined;
  const base = root.slice(0, -1);
  if (inside === '000000' || inside === '') return base;
  return inside.startsWith('.') || inside.startsWith('-') ? undefined : `${base}.${inside}`;
}

/** Components, `...` among them; [000000] is the empty list. Relative directories begin with '' or '-'. */
export function directoryComponents(directory: string): readonly string[] | undefined {
  const parts = splitInside(directory.slice(1, -1));
  return parts?.[0] === '000000' ? parts.slice(1) : parts;
}

/** Absolute: `[000000...]` is everything on the device. An ellipsis needs no dot before or behind it: `[A...B]`. */
export function formatDirectory(components: readonly string[]): string {
  if (components.length === 0) return TOP;
  const joined = components.map((each, index) => {
    const isApart = index > 0 && each !== '...' && components[index - 1] !== '...';
    return isApart ? `.${each}` : each;
  });
  return `[${components[0] === '...' ? '000000' : ''}${joined.join('')}]`;
}

function splitInside(inside: string): readonly string[] | undefined {
  if (inside === '') return [''];
  const parts: string[] = [];
  let rest = inside.replace(/^\.(?!\.\.)/, () => {
    parts.push('');
    return '';
  });
  if (rest === '') return undefined;
  while (rest !== '') {
    if (rest.startsWith('...')) {
      parts.push('...');
      rest = rest.slice(3);
      if (rest === '') break;
      continue;
    }
    const [component = ''] = /^(?:\^.|[^.^])+/u.exec(rest) ?? [];
    if (component === '') return undefined;
    if (/^-+$/.test(component)) parts.push(...component);
    else if (COMPONENT.test(component)) parts.push(component);
    else return undefined;
    rest = rest.slice(component.length);
    if (rest === '' || rest.startsWith('...')) continue;
    rest = rest.slice(1);
    if (rest === '') return undefined;
  }
  return parts;
}

/** Absolute form of a directory against an absolute base; undefined when it leaves the top or is wrong. */
export function resolveDirectory(directory: string, base: string): string | undefined {
  if (directory === '' || directory === '[]') return base;
  const parts = directoryComponents(directory);
  if (parts === undefined) return undefined;
  const isFromTop = splitInside(directory.slice(1, -1))?.[0] === '000000';
  const isRelative = !isFromTop && (parts[0] === '' || parts[0] === '-' || parts[0] === '...');
  const result: string[] = isRelative ? [...(directoryComponents(base || TOP) ?? [])] : [];
  for (const part of parts) {
    if (part === '-') {
      if (result.pop() === undefined) return undefined;
    } else if (part !== '') result.push(part);
  }
  return formatDirectory(result);
}
