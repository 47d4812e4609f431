import { recall, remember } from './preferences.js';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const theme = (): Theme => THEMES.find((each) => each === recall('theme')) ?? 'auto';

/** Takes the reader's choice, else what the browser says. */
export function chooseTheme(chosen?: Theme): void {
  if (chosen !== undefined) remember('theme', chosen === 'auto' ? undefined : chosen);
  document.documentElement.dataset['theme'] = chosen ?? theme();
}
