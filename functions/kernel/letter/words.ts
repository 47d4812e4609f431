import { instantIn, minutesIn, numberIn, percentIn } from '../language/formats.js';
import { type Given, type Language, languageFor, say, type TextKey } from '../language/language.js';
import { oneLine } from './inert.js';
import type { Reader } from './letters.js';

export type Fact = readonly [label: string, value: string];
export interface Button {
  readonly label: string;
  readonly link: string;
}
type LabelKey = Extract<TextKey, `label.${string}`>;

/** The words, times and numbers of one reader. */
export class Words {
  readonly language: Language;
  constructor(private readonly reader: Reader) {
    this.language = languageFor(reader.language);
  }
  say<Key extends TextKey>(key: Key, ...given: Given<Key>): string {
    return say(this.language, key, ...given);
  }
  instant = (instant: string): string => instantIn(this.language, this.reader.timeZone, instant);
  minutes = (minutes: number): string => minutesIn(this.language, minutes);
  number = (value: number): string => numberIn(this.language, value);
  percent = (percent: number): string => percentIn(this.language, percent);
  fact(label: LabelKey, value: string | undefined): Fact[] {
    return value === undefined || value === '' ? [] : [[this.language.texts[label], oneLine(value, 300)]];
  }
  when(label: LabelKey, instant: string | undefined): Fact[] {
    return instant === undefined ? [] : this.fact(label, this.instant(instant));
  }
  open(number: string, link: string | undefined): { button?: Button } {
    return this.button(this.say('button.open', { number }), link);
  }
  button(label: string, link: string | undefined): { button?: Button } {
    return link !== undefined && /^https?:\/\/[^\s<>"']+$/.test(link) ? { button: { label, link } } : {};
  }
}
