/**
 * A bug of the symbiont that a message brings out, for poison-kinds.test.ts: as soon as its process has read the word for it, it
 * dies, goes round for ever or throws.
 */
const effects = {
  'Poison-Dies': () => process.kill(process.pid, 'SIGKILL'),
  'Poison-Hangs': () => {
    for (;;);
  },
  'Poison-Throws': () => {
    throw new TypeError('poisoned');
  },
};

const { toString } = Buffer.prototype;
Buffer.prototype.toString = function bug(...words) {
  const text = toString.apply(this, words);
  for (const [word, effect] of Object.entries(effects)) if (text.includes(word)) effect();
  return text;
};
