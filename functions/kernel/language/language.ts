import { en } from './en.js';
import { zhCN } from './zh-CN.js';

/**
 * The languages in which the product speaks to people. Adding one is adding a file like `zh-CN.ts`, which does not compile
 * until every text is there, and naming it in the list below.
 */
export type TextKey = keyof (typeof en)['texts'];
export type Texts = Readonly<Record<TextKey, string>>;

export interface Language {
  /** BCP 47, as in the `lang` attribute. */
  readonly tag: string;
  /** BCP 47, for dates and numbers. */
  readonly locale: string;
  readonly name: string;
  readonly texts: Texts;
}

type Named<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Named<Rest> : never;
/** The parameters of a text, each by its name in braces. */
export type ParametersOf<Key extends TextKey> = Readonly<Record<Named<(typeof en)['texts'][Key]>, string>>;

export const languages: readonly Language[] = [en, zhCN];

/** The language of a tag: itself, else one of the same first subtag, else English. Case and `_` do not matter. */
export function languageFor(tag: string): Language {
  const wanted = tag.trim().toLowerCase().replaceAll('_', '-');
  const primary = wanted.split('-')[0];
  return (
    languages.find((language) => language.tag.toLowerCase() === wanted) ??
    languages.find((language) => language.tag.toLowerCase().split('-')[0] === primary) ??
    en
  );
}

/** A text of the language with its parameters put in; a parameter's own braces are left as they are. */
export function say<Key extends TextKey>(language: Language, key: Key, ...given: Given<Key>): string {
  const parameters = (given[0] ?? {}) as Readonly<Record<string, string>>;
  return language.texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => parameters[name] ?? whole);
}

export type Given<Key extends TextKey> = [Named<(typeof en)['texts'][Key]>] extends [never] ? [] : [ParametersOf<Key>];
