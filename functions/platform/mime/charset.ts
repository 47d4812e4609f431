/**
 * What to do when the declared charset of a text is wrong, unknown or missing. The parser decodes what it does not know
 * as windows-1252, in which every byte is one character: the bytes can be had back and looked at again.
 */
const C1 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const BYTES = new Map([...C1].map((character, at) => [character, 0x80 + at]));

/** Some runtimes decode windows-1252 as latin-1; its controls from U+0080 to U+009F are never meant in a mail. */
export const withoutC1 = (text: string): string => text.replace(/[\u0080-\u009f]/g, (c) => C1[c.charCodeAt(0) - 0x80]!);

/** The bytes that decoded to this text in windows-1252, or undefined when it was another charset. */
export function bytesOf(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const byte = code < 0x100 ? code : BYTES.get(text.charAt(at));
    if (byte === undefined) return undefined;
    bytes[at] = byte;
  }
  return bytes;
}

/** UTF-8 that was labelled as a charset of single bytes; undefined when it was not. */
export function mislabelledUtf8(text: string): string | undefined {
  if (!/[\u0080-\u00ff]/.test(text)) return undefined;
  const bytes = bytesOf(text);
  return bytes && strict('utf-8', bytes);
}

/** ISO-2022-JP that was read as ASCII: its escapes show it. */
export function escapedJapanese(text: string): string | undefined {
  if (!text.includes('\u001b$')) return undefined;
  const bytes = bytesOf(text);
  return bytes && strict('iso-2022-jp', bytes);
}

/** The best reading of bytes of unknown charset, and its name. Lines that are UTF-8 are read as such whatever the rest is. */
export function guess(bytes: Uint8Array): { text: string; charset: string } {
  const order = (bytes[0]! << 8) | bytes[1]!;
  if (order === 0xfeff || order === 0xfffe) {
    const charset = order === 0xfeff ? 'utf-16be' : 'utf-16le';
    return { text: new TextDecoder(charset).decode(bytes), charset };
  }
  const whole = strict('utf-8', bytes);
  if (whole !== undefined) return { text: whole, charset: 'utf-8' };
  const charset = likeliest(bytes);
  const lines: string[] = [];
  for (let from = 0; from <= bytes.length; ) {
    const end = bytes.indexOf(0x0a, from);
    const line = bytes.subarray(from, end < 0 ? bytes.length : end);
    lines.push(strict('utf-8', line) ?? withoutC1(new TextDecoder(charset).decode(line)));
    if (end < 0) break;
    from = end + 1;
  }
  return { text: lines.join('\n'), charset };
}

/** Chinese, Japanese and Korean write bytes above 127 in pairs; which of them, the lead bytes of common characters tell. */
function likeliest(bytes: Uint8Array): string {
  const sample = bytes.subarray(0, 65536);
  const { pairs, single, gb, kana, big5 } = pairsIn(sample);
  const russian = cyrillic(sample);
  if (russian) return russian;
  if (pairs < single) return 'windows-1252';
  const candidates: [string, number][] = [
    ['gb18030', gb],
    ['big5', big5],
    ['shift_jis', kana * 2],
  ];
  candidates.sort((one, other) => other[1] - one[1]);
  return candidates.find(([charset]) => reads(charset, sample))?.[0] ?? 'windows-1252';
}

function pairsIn(bytes: Uint8Array): { pairs: number; single: number; gb: number; kana: number; big5: number } {
  const seen = { pairs: 0, single: 0, gb: 0, kana: 0, big5: 0 };
  for (let at = 0; at < bytes.length; at += 1) {
    const [lead, trail = 0] = [bytes[at]!, bytes[at + 1]];
    if (lead < 0x80) continue;
    if (trail < 0x40) {
      seen.single += 1;
      continue;
    }
    at += 1;
    if (trail >= 0x80 || lead >= 0xa1 || lead === 0x82 || lead === 0x83) seen.pairs += 1;
    else seen.single += 1;
    if (lead >= 0xb0 && lead <= 0xd7 && trail >= 0xa1) seen.gb += 1;
    if (lead >= 0xa4 && lead <= 0xc6 && ((trail >= 0x40 && trail <= 0x7e) || trail >= 0xa1)) seen.big5 += trail < 0x80 ? 3 : 0.5;
    if ((lead === 0x82 && trail >= 0x9f) || (lead === 0x83 && trail <= 0x96)) seen.kana += 1;
  }
  return seen;
}

/** Cyrillic text: runs of letters, nearly all from 0xc0 up. Its small letters are the lower half in KOI8-R, the upper in 1251. */
function cyrillic(bytes: Uint8Array): string | undefined {
  const high = bytes.filter((byte) => byte >= 0x80);
  const letters = high.filter((byte) => byte >= 0xc0);
  const runs = /[\u00c0-\u00ff]{4,}/.test(Buffer.from(bytes).toString('latin1'));
  if (!runs || letters.length < high.length * 0.95) return undefined;
  return letters.filter((byte) => byte < 0xe0).length * 2 >= letters.length ? 'koi8-r' : 'windows-1251';
}

const reads = (charset: string, bytes: Uint8Array): boolean => {
  const text = new TextDecoder(charset).decode(bytes);
  return (text.match(/\ufffd/g)?.length ?? 0) * 50 <= text.length;
};

function strict(charset: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch (error) {
    // A TypeError is the decoder's word for bytes that are not of its charset.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
