import { el } from './dom.js';
import { chooseLanguage, language, languages, t, word } from './language/language.js';
import { chooseTheme, THEMES, type Theme, theme } from './theme.js';

/** Language and appearance; `changed` draws the page again in the language that was chosen. */
export function settings(changed: () => void): HTMLElement[] {
  const speak = el(
    'select',
    { 'aria-label': t('app.language'), 'data-key': 'language', on: { change: () => choose() } },
    ...languages.map(({ tag, name }) => el('option', { value: tag, lang: tag, selected: tag === language().tag }, name)),
  );
  function choose(): void {
    chooseLanguage(speak.value);
    changed();
  }
  const look = el(
    'select',
    { 'aria-label': t('app.theme'), on: { change: () => chooseTheme(look.value as Theme) } },
    ...THEMES.map((each) => el('option', { value: each, selected: each === theme() }, word('theme', each))),
  );
  return [speak, look];
}

/** The mark of the product beside its name. */
export function brand(href: string, name = 'Steward'): HTMLElement {
  const mark = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  mark.setAttribute('viewBox', '0 0 24 24');
  mark.setAttribute('class', 'mark');
  mark.setAttribute('aria-hidden', 'true');
  for (const d of ['M12 5.5a6.5 6.5 0 1 0 6.5 6.5', 'M12 8.6V12l2.6 1.8']) {
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    line.setAttribute('d', d);
    mark.append(line);
  }
  return el('a', { class: 'brand', href }, mark, el('span', { class: 'brand-name' }, name));
}
