import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberAsked, wordsOf } from '../../../../functions/finding/search/asking.js';
import { answers, stemOf, wordsAsked, wordsIn } from '../../../../functions/finding/search/words.js';

describe('the words of a text', () => {
  it('are in lower case, without accents, and without those that stand everywhere', () => {
    expect(wordsIn('The Café printer, in HALL 3!')).toEqual(['cafe', 'printer', 'hall', '3']);
    expect(wordsIn('anna@harbour.example')).toEqual(['anna', 'harbour', 'example']);
  });

  it('are pairs of characters in Chinese, with the last one alone, beside other words', () => {
    expect(wordsIn('打印机坏了')).toEqual(['打印', '印机', '机坏', '坏了', '了']);
    expect(wordsIn('VPN连不上')).toEqual(['vpn', '连不', '不上', '上']);
  });

  it('are asked for in Chinese by pairs, or by one character', () => {
    expect(wordsAsked('打印机')).toEqual(['打印', '印机']);
    expect(wordsAsked('机')).toEqual(['机']);
  });

  it('are found by their beginning from three letters on, and Chinese from one character on', () => {
    expect(answers('printer', 'pri')).toBe(true);
    expect(answers('printer', 'pr')).toBe(false);
    expect(answers('pc', 'pc')).toBe(true);
    expect(answers('印机', '印')).toBe(true);
    expect(answers('打印', '印')).toBe(false);
  });

  it('lie where whatever asks for them looks: a word that is answered begins as what was asked for', () => {
    const text = fc.stringMatching(/^[a-c打印机 ]{0,20}$/);
    fc.assert(
      fc.property(text, text, (said, asked) => {
        for (const word of wordsIn(said))
          for (const one of wordsAsked(asked)) if (answers(word, one)) expect(stemOf(word)).toBe(stemOf(one));
      }),
    );
  });

  it('finds any two characters in a row of any Chinese text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[一-龥]{2,30}$/), fc.nat(), (said, at) => {
        const from = at % (said.length - 1);
        const [asked] = wordsAsked(said.slice(from, from + 2));
        expect(wordsIn(said).some((word) => answers(word, asked!))).toBe(true);
      }),
    );
  });
});

describe('a question', () => {
  it('takes numbers with their letters or without', () => {
    expect(wordsOf('INC-1042 printer')).toEqual(['inc1042', 'printer']);
    expect(wordsIn('as in inc-1042')).toEqual(['inc1042', '1042']);
    expect(numberAsked(' inc-1042 ')).toEqual({ prefix: 'INC', digits: '1042' });
    expect(numberAsked('1042')).toEqual({ digits: '1042' });
    expect(numberAsked('1042 printer')).toBeUndefined();
  });

  it('is refused when nothing in it finds anything, or too much', () => {
    expect(() => wordsOf('the')).toThrow(/does not stand in every text/);
    expect(() => wordsOf('！？')).toThrow(/does not stand in every text/);
    expect(() => wordsOf('打印机坏了请尽快派人来修理谢谢大家')).toThrow(/12 words/);
  });
});
