import { recall, remember } from '../preferences.js';
import { en } from './en.js';
import { zhCN } from './zh-CN.js';

/** The languages of the page. Adding one is adding a file like `zh-CN.ts`, complete or it does not compile, and naming it here. */
export type TextKey = keyof (typeof en)['texts'];

export interface Language {
  /** BCP 47, as in the `lang` attribute. */
  readonly tag: string;
  /** BCP 47, for dates and numbers. */
  readonly locale: string;
  readonly name: string;
  readonly texts: Readonly<Record<TextKey, string>>;
}

type Named<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Named<Rest> : never;
type Parameters<Key extends TextKey> = Readonly<Record<Named<(typeof en)['texts'][Key]>, string | number>>;
type Given<Key extends TextKey> = [Named<(typeof en)['texts'][Key]>] extends [never] ? [] : [Parameters<Key>];

export const languages: readonly Language[] = [en, zhCN];

/** The first of the wanted tags that we have, by itself or by its first subtag; else English. */
export const languageFor = (wanted: readonly string[]): Language =>
  wanted.flatMap((tag) => languages.find((language) => sameLanguage(language.tag, tag)) ?? [])[0] ?? en;

const sameLanguage = (ours: string, wanted: string): boolean =>
  ours.toLowerCase() === wanted.toLowerCase() || ours.split('-')[0] === wanted.toLowerCase().split('-')[0];

let current: Language = en;
export const language = (): Language => current;

/** Takes the reader's choice, else the browser's. */
export function chooseLanguage(tag?: string): void {
  if (tag !== undefined) remember('language', tag);
  const chosen = tag ?? recall('language');
  current = languageFor(chosen === undefined ? navigator.languages : [chosen]);
  document.documentElement.lang = current.tag;
}

export function t<Key extends TextKey>(key: Key, ...given: Given<Key>): string {
  const parameters = (given[0] ?? {}) as Readonly<Record<string, string | number>>;
  return current.texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}

/** A word of the API in the reader's language; a word that this page does not know yet is shown as the API says it. */
export const word = (prefix: string, name: string): string =>
  (current.texts as Readonly<Record<string, string>>)[`${prefix}.${name}`] ?? name;
