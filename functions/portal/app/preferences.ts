/** What this browser remembers of its reader. A browser that keeps nothing (private windows, full disks) still works. */
export type Preference = 'language' | 'theme' | 'person' | 'team';

const keyOf = (name: Preference): string => `steward.${name}`;

export function recall(name: Preference): string | undefined {
  try {
    return localStorage.getItem(keyOf(name)) ?? undefined;
  } catch {
    return undefined; // storage is switched off: there is nothing to recall
  }
}

export function remember(name: Preference, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(keyOf(name));
    else localStorage.setItem(keyOf(name), value);
  } catch {
    return; // storage is switched off: the choice holds until the page is left
  }
}
