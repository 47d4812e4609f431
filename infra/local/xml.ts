/** A piece of XML whose inserted values are escaped. */
export const xml = (parts: TemplateStringsArray, ...values: (string | number)[]): string =>
  parts.reduce((whole, part, index) => whole + escaped(String(values[index - 1] ?? '')) + part);

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
