/**
 * A number that is another one after each write, whoever made it. SQLite's own, `data_version`, tells of other connections alone:
 * what this one writes is counted beside it. Both grow for as long as the process lives, and no number has room for the two.
 */
export function createStamp(ofOthers: () => number, ofThis: () => number): () => number {
  let others = ofOthers();
  let own = ofThis();
  let stamp = 1;
  return () => {
    const othersNow = ofOthers();
    const ownNow = ofThis();
    if (othersNow !== others || ownNow !== own) stamp++;
    others = othersNow;
    own = ownNow;
    return stamp;
  };
}
