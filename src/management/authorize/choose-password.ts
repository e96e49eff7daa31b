/**
 * The dialogue of /GENERATE: passwords to choose from, RETURN for others. Shared by SET PASSWORD and AUTHORIZE.
 * Source: Guide to System Security, ch. 7.
 */
import { condition, SYSTEM } from '../../condition/index.ts';
import type { ImageContext } from '../../system/image.ts';
import { pronounceablePassword } from '../../system/password-generator.ts';

const CHOICES = 5;
const WORD_COLUMNS = 16;

/** The word typed behind a list: it need not be of it, rules for passwords are the caller's. Throws ABORT for Ctrl/Z. */
export async function choosePassword(image: ImageContext, minimum: number): Promise<string> {
  for (;;) {
    for (let choice = 0; choice < CHOICES; choice += 1) {
      const { word, syllables } = pronounceablePassword(minimum);
      await image.output.writeLine(`${word.padEnd(WORD_COLUMNS)}${syllables}`);
    }
    await image.output.writeLine('');
    await image.output.writeLine('Choose a password from this list, or press RETURN to get a new list');
    const typed = await readSecret(image, 'New password: ');
    if (typed !== '') return typed;
  }
}

/** Without echo. Throws ABORT where nothing is typed any more. */
export async function readSecret(image: ImageContext, prompt: string): Promise<string> {
  const read = await image.input.read({ prompt, echo: false });
  if (read.kind !== 'record') throw condition(SYSTEM.ABORT);
  return read.text.trim();
}
