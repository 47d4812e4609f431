import { el } from './dom.js';
import { type FormParts, form } from './form.js';
import { t } from './language/language.js';

/** Asks for what an action needs, over the page. Closes when it was done; Escape and the second button leave it undone. */
export function formDialog(title: string, hint: string | undefined, parts: FormParts): void {
  const back = el('button', { type: 'button', class: 'button', on: { click: () => dialog.close() } }, t('action.dismiss'));
  const asked = form({
    ...parts,
    beside: [back],
    send: async (body, key) => {
      await parts.send(body, key);
      dialog.close();
    },
  });
  const dialog = el(
    'dialog',
    { class: 'dialog', 'aria-labelledby': 'dialog-title', on: { close: () => dialog.remove() } },
    el('h2', { id: 'dialog-title' }, title),
    hint !== undefined && el('p', { class: 'muted' }, hint),
    asked,
  );
  document.body.append(dialog);
  dialog.showModal();
  (
    dialog.querySelector<HTMLElement>('input, textarea, select') ?? dialog.querySelector<HTMLElement>('button[type=submit]')
  )?.focus();
}
