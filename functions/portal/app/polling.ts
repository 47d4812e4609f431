import type { View } from './view.js';

/** Keeps the open view up to date: gently, only while somebody looks, and never two askings at once. */
export function polling(): { start(view: View): void; stop(): void; again(): Promise<void> } {
  let view: View | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function plan(): void {
    clearTimeout(timer);
    if (view && view.every > 0) timer = setTimeout(() => void again(), view.every);
  }

  async function again(): Promise<void> {
    const asked = view;
    clearTimeout(timer);
    if (document.visibilityState === 'visible') await asked?.refresh();
    if (asked === view) plan();
  }

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void again();
  });

  return {
    start(opened) {
      view = opened;
      void again();
    },
    stop() {
      clearTimeout(timer);
      view = undefined;
    },
    again,
  };
}
