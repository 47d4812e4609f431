import type { Language } from '../language/language.js';
import { clockNotices } from './clock-notices.js';
import { oneLine } from './inert.js';
import type { Letter, LetterName, LetterOf, Reader } from './letters.js';
import { toRequester } from './to-requester.js';
import { toStaff } from './to-staff.js';
import { type Button, type Fact, Words } from './words.js';

/** A letter in the reader's words, before it is plain text or HTML. Everything in it is text, never markup. */
export interface Composition {
  readonly tone: 'calm' | 'good' | 'attention' | 'alarm';
  readonly subject: string;
  readonly heading: string;
  readonly opening: string;
  /** What a person wrote, shown as a quotation. */
  readonly quoted?: string;
  /** Label and value; those without a value are left out. */
  readonly facts: readonly Fact[];
  readonly button?: Button;
  /** A second link, less prominent. */
  readonly also?: Button;
  readonly closing: readonly string[];
  /** Whether a reply reaches the record. */
  readonly answerable: boolean;
}

type Compose<Name extends LetterName> = (letter: LetterOf<Name>, words: Words) => Composition;
export type Compositions<Names extends LetterName> = { readonly [Name in Names]: Compose<Name> };

const compositions: Compositions<LetterName> = { ...toRequester, ...toStaff, ...clockNotices };

/** The letter in the reader's language and time zone. */
export function compose(letter: Letter, reader: Reader): Composition & { readonly language: Language } {
  const words = new Words(reader);
  const clean =
    'number' in letter ? { ...letter, number: oneLine(letter.number, 40), title: oneLine(letter.title, 200) } : letter;
  const composition = (compositions[letter.letter] as Compose<LetterName>)(clean as never, words);
  return { ...composition, subject: oneLine(composition.subject, 250), language: words.language };
}
