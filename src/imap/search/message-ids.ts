/** Message identifiers in References, In-Reply-To and Message-ID. Source: RFC 5322 §3.6.4; RFC 5256 §3. */

/** Of References the newest, and the first: threads are found by fewer. */
const MOST_IDS = 500;
const ID_CHARACTERS = 500;

/** Without quotes that say nothing: `<"a"@b>` is `<a@b>`. RFC 5256 §3: "msgid". */
export function messageIds(value: string | undefined): readonly string[] {
  const ids: string[] = [];
  for (const [, left = '', right = ''] of (value ?? '').matchAll(ID)) {
    const id = `${left.replace(/"((?:[^"\\]|\\.)*)"/g, '$1').replace(/\\(.)/g, '$1')}@${right}`;
    if (id.length > ID_CHARACTERS) continue;
    if (ids.length >= MOST_IDS) ids.splice(1, 1);
    ids.push(id);
  }
  return ids;
}

/** left "@" right, both without what an identifier never has. */
const ID = /<\s*((?:"(?:[^"\\\r\n]|\\.){0,500}"|[^\s<>@"]){1,500})@([^\s<>@]{1,500})\s*>/g;
