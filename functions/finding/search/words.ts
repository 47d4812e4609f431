/**
 * Text as words that are found again. Latin and other alphabets: words in lower case without accents. Chinese and other scripts
 * without spaces: each character with the one after it, so that any two in a row are found. Does not stem or translate.
 */

/** Stand in nearly every text, and find nothing. */
const STOP = new Set(
  (
    'a about after all also am an and any are as at be been but by can could did do does for from had has have he her his how i if in ' +
    'into is it its just me my no not of on or our out she so some than that the their them then there these they this to too up us ' +
    'was we were what when which who will with would you your'
  ).split(' '),
);
const LONGEST = 40;
/** A Latin word is found by its beginning from this length on; what is shorter is found as it stands. */
const SHORTEST_BEGINNING = 3;
const UNSPACED = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}';
const RUNS = new RegExp(`[${UNSPACED}]+|(?:(?![${UNSPACED}])[\\p{L}\\p{N}])+`, 'gu');
const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, 'u');

const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase();

const runsOf = (text: string): string[] => plain(text).match(RUNS) ?? [];

/** Two characters in a row, and at the end of a run the last one alone, so that each begins a word. */
function pairs(run: string): string[] {
  const characters = [...run];
  return characters.map((character, i) => character + (characters[i + 1] ?? ''));
}

/** `INC-1042`, in a text too, is the word inc1042, and 1042 beside it. */
const NUMBER = /\b([A-Z]{3,4})-(\d{1,10})\b/gi;

/** The words of a text, in its order. */
export const wordsIn = (text: string): string[] =>
  runsOf(text.replace(NUMBER, '$1$2 $2')).flatMap((run) =>
    IS_UNSPACED.test(run) ? pairs(run) : STOP.has(run) ? [] : [run.slice(0, LONGEST)],
  );

/** What is looked for: like the words of a text, but a run of characters ends with its last pair. */
export const wordsAsked = (text: string): string[] => [
  ...new Set(
    runsOf(text.replace(NUMBER, '$1$2')).flatMap((run) => {
      if (!IS_UNSPACED.test(run)) return STOP.has(run) ? [] : [run.slice(0, LONGEST)];
      return [...run].length === 1 ? [run] : pairs(run).slice(0, -1);
    }),
  ),
];

/** What words that can be found by the same asked word begin with: three letters, or one character. */
export const stemOf = (word: string): string =>
  IS_UNSPACED.test(word) ? [...word][0]! : [...word].slice(0, SHORTEST_BEGINNING).join('');

/** Whether a word of a text is what was asked for. */
export const answers = (word: string, asked: string): boolean =>
  word === asked || ((IS_UNSPACED.test(asked) || [...asked].length >= SHORTEST_BEGINNING) && word.startsWith(asked));
