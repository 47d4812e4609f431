import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en } from '../../../../functions/kernel/language/en.js';
import { instantIn, minutesIn, percentIn, zoneName } from '../../../../functions/kernel/language/formats.js';
import { languageFor, languages, say, type TextKey } from '../../../../functions/kernel/language/language.js';

const folder = new URL('../../../../functions/kernel/language/', import.meta.url);
const keys = Object.keys(en.texts) as TextKey[];
const parameters = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe('every language', () => {
  it('is listed, and has a file of its tag', () => {
    const files = readdirSync(folder).filter((name) => !['language.ts', 'formats.ts'].includes(name));
    expect(files.sort()).toEqual(languages.map(({ tag }) => `${tag}.ts`).sort());
    expect(languages.length).toBeGreaterThanOrEqual(2);
  });

  it.each(languages.map((language) => [language.tag, language] as const))(
    '%s says everything, with the same parameters',
    (_, language) => {
      expect(Object.keys(language.texts)).toEqual(keys);
      expect(keys.length).toBeGreaterThan(90);
      for (const key of keys) {
        expect(language.texts[key].trim(), key).not.toBe('');
        expect([...new Set(parameters(language.texts[key]))], key).toEqual([...new Set(parameters(en.texts[key]))]);
      }
    },
  );

  it('holds no text that no letter or page uses', () => {
    const letters = new URL('../letter/', folder);
    const files = [
      ...readdirSync(letters).map((name) => new URL(name, letters)),
      new URL('../letter.ts', folder),
      new URL('formats.ts', folder),
      ...['acknowledge-routes', 'from-alert', 'settling'].map((name) => new URL(`../../operation/incident/${name}.ts`, folder)),
    ];
    const source = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    const built =
      /^(?:reason|clock)\.|^(?:received|comment|resolved|merged|restricted|closed|complaint-\w+|assigned-\w+|clock-\w+(?:-\w+)?)\.(?:subject|heading|body)$/;
    expect(keys.filter((key) => !built.test(key) && !source.includes(`'${key}'`))).toEqual([]);
  });
});

describe('a language is chosen', () => {
  it.each([
    ['en', 'en'],
    ['en-US', 'en'],
    ['zh-CN', 'zh-CN'],
    ['ZH_cn', 'zh-CN'],
    ['zh-Hans', 'zh-CN'],
    ['de', 'en'],
    ['', 'en'],
  ])('for %j: %s', (tag, chosen) => {
    expect(languageFor(tag).tag).toBe(chosen);
  });
});

describe('a text', () => {
  it('takes its parameters and leaves their braces alone', () => {
    const given = { number: 'INC-1', title: 'a {number} $& b' };
    expect(say(languageFor('en'), 'received.subject', given)).toBe('[INC-1] We have received: a {number} $& b');
  });
});

describe('times', () => {
  const [english, chinese] = [languageFor('en'), languageFor('zh-CN')];

  it.each([
    ['Europe/Berlin', '2026-11-06T16:50:00Z', 'Fri, 6 Nov 2026, 17:50 (Central European Standard Time)'],
    ['Europe/Berlin', '2026-07-06T16:50:00Z', 'Mon, 6 Jul 2026, 18:50 (Central European Summer Time)'],
    ['Asia/Shanghai', '2026-11-06T16:00:00Z', 'Sat, 7 Nov 2026, 00:00 (China Standard Time)'],
    ['Mars/Olympus', '2026-11-06T16:50:00Z', 'Fri, 6 Nov 2026, 16:50 (Coordinated Universal Time)'],
  ])('are shown in %s', (zone, instant, shown) => {
    expect(instantIn(english, zone, instant)).toBe(shown);
  });

  it('are shown in Chinese', () => {
    expect(instantIn(chinese, 'Asia/Shanghai', '2026-11-06T09:50:00Z')).toBe('2026年11月6日周五 17:50（中国标准时间）');
  });

  it('last as long as people say', () => {
    expect([0, 1, 25, 60, 125, 1440, 4400].map((minutes) => minutesIn(english, minutes))).toEqual([
      '1 minute',
      '1 minute',
      '25 minutes',
      '1 hour',
      '2 hours 5 minutes',
      '1 day',
      '3 days 1 hour',
    ]);
    expect(minutesIn(chinese, 125)).toBe('2小时5分钟');
    expect(percentIn(chinese, 80)).toBe('80%');
  });

  it('name the zone that they are in', () => {
    expect([zoneName('Europe/Berlin'), zoneName('Mars/Olympus')]).toEqual(['Europe/Berlin', 'UTC']);
  });
});
