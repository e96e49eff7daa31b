/**
 * `^` escapes in names: what stands behind one is an ordinary character. Each name has one spelling, so that who spells it
 * otherwise meets the same file, under the same protection. Source: dcl.md §12 (ODS-5).
 */

/** Delimiters and wildcards: they stay escaped. The blank is written `^_`. */
const NEEDS_ESCAPE = /[.^*%[\],;:/\\|"?<>\x00-\x1f\x7f]/;

/** A name, type or component of a directory without its escapes: what the file is really called. `^_` is a blank. */
export const unescapedName = (text: string): string =>
  text.replace(/\^(.)/gu, (_, character: string) => (character === '_' ? ' ' : character));

/** What a file is really called, as specifications spell it. */
export const escapedName = (text: string): string =>
  [...text].map((character) => (character === ' ' ? '^_' : escapedIfNeeded(character))).join('');

/** The one spelling of a name or type; wildcards stay wildcards. */
export const normalName = (text: string): string =>
  text.replace(/\^(.)/gu, (_, character: string) =>
    character === '_' || character === ' ' ? '^_' : escapedIfNeeded(character),
  );

/** The one spelling of a component of a directory. Hyphens alone lead upwards, so a directory of that name is escaped. */
export const normalComponent = (text: string): string =>
  text.includes('^') ? escapedHyphens(normalName(text)) : text;

export const escapedHyphens = (component: string): string =>
  /^-+$/.test(component) ? component.replaceAll('-', '^-') : component;

const escapedIfNeeded = (character: string): string =>
  NEEDS_ESCAPE.test(character) ? `^${character}` : character;
