/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/**
 * Runs in the page: what stands between a reader and the text. Controls without a name, texts below the contrast of
 * WCAG 2.1 AA (4.5, large ones 3), ids given twice, headings that skip a level.
 */
export function faults(): string[] {
  const found: string[] = [];
  const visible = (element: Element): boolean => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(element).visibility !== 'hidden' && element.checkVisibility();
  };
  const nameOf = (element: Element): string => {
    const labels = [...((element as HTMLInputElement).labels ?? [])].map(({ textContent }) => textContent);
    return [element.getAttribute('aria-label'), element.getAttribute('title'), element.textContent, ...labels].join('').trim();
  };
  const said = (element: Element): string =>
    `${element.tagName.toLowerCase()}.${element.className} “${(element.textContent ?? '').trim().slice(0, 40)}”`;

  for (const control of document.querySelectorAll('a, button, input, select, textarea, iframe, summary, [role=progressbar]')) {
    const isSelect = control instanceof HTMLSelectElement;
    const name = isSelect
      ? [control.getAttribute('aria-label'), ...[...control.labels].map((label) => label.textContent)].join('').trim()
      : nameOf(control);
    if (visible(control) && name === '') found.push(`no name: ${said(control)}`);
  }

  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  for (const id of new Set(ids.filter((each, i) => ids.indexOf(each) !== i))) found.push(`given twice: #${id}`);

  let level = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
    const its = Number(heading.tagName[1]);
    if (its > level + 1) found.push(`skips a level: ${said(heading)}`);
    level = its;
  }

  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
  const rgba = (colour: string): [number, number, number, number] => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r!, g!, b!, a! / 255];
  };
  const over = (top: readonly number[], bottom: readonly number[]): number[] =>
    [0, 1, 2].map((i) => top[i]! * top[3]! + bottom[i]! * (1 - top[3]!));
  const backOf = (element: Element): number[] => {
    const layers: number[][] = [];
    for (let each: Element | null = element; each; each = each.parentElement)
      layers.push(rgba(getComputedStyle(each).backgroundColor));
    return layers.reduceRight((back, layer) => over(layer, back), [255, 255, 255]);
  };
  const light = (colour: readonly number[]): number => {
    const [r, g, b] = colour.map((channel) => {
      const part = channel / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== '');
    if (!own || !visible(element) || element.closest(':disabled, option, noscript, .announcements')) continue;
    const style = getComputedStyle(element);
    const back = backOf(element);
    const [a, b] = [light(over(rgba(style.color), back)), light(back)].sort((x, y) => y - x);
    const contrast = (a! + 0.05) / (b! + 0.05);
    const large =
      Number.parseFloat(style.fontSize) >= 24 || (Number.parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (large ? 3 : 4.5)) found.push(`contrast ${contrast.toFixed(2)}: ${said(element)}`);
  }
  return [...new Set(found)];
}
