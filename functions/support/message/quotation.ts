/** The marks by which mail programs begin what they quote. Each looks at a few lines of limited length. */
const LONGEST = 400;

const DIVIDERS = new RegExp(
  '^\\s*(?:-{2,}|_{2,}|={2,}|\\*{2,})\\s*(?:original message|original appointment|forwarded message|forwarded by .*|' +
    'ursprüngliche nachricht|originalnachricht|weitergeleitete nachricht|message d.origine|message transféré|mensaje original|' +
    '原始邮件|原始郵件|原邮件|转发邮件信息|转发的邮件|轉寄郵件|回复的原邮件|邮件原件)\\s*(?:-{2,}|_{2,}|={2,}|\\*{2,})?\\s*$',
  'i',
);
const APPLE_FORWARD =
  /^\s*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail)|开始转发的邮件|下面是被转发的邮件)\s*[:：]\s*$/i;

/** A line such as `-----Original Message-----`. */
export const isDivider = (line: string): boolean => line.length <= LONGEST && (DIVIDERS.test(line) || APPLE_FORWARD.test(line));

const ATTRIBUTIONS = [
  /^on\b.{4,}\bwrote\s*[:：]$/i,
  /^am\b.{4,}\bschrieb\b.{0,200}[:：]$/i,
  /^.{2,200}\bschrieb am\b.{4,}[:：]$/i,
  /^le\b.{4,}\ba écrit\s*[:：]$/i,
  /^el\b.{4,}\bescribió\s*[:：]$/i,
  /^(?:在|于)?.{2,}(?:写道|寫道|编写)\s*[:：]$/,
  /^at \d{4}-\d\d-\d\d.{2,}\bwrote\s*[:：]$/i,
  /^.{2,200}<[^<>\s]+@[^<>\s]+>\s*(?:wrote|schrieb|写道|寫道)?\s*(?:于|am|on)?.{0,60}[:：]$/i,
];
const OPENING = /^(?:on|am|le|el|at|在|于|\d{4}年|.{1,80}(?:schrieb am|于\s?\d{4}))/i;
const DATED = /\d/;

/** How many lines from here on are an attribution such as `On Friday, Ada wrote:`; programs fold it over up to four. */
export function isAttribution(lines: readonly string[], at: number): number {
  const first = lines[at]?.trim() ?? '';
  if (first === '' || first.length > LONGEST || !(OPENING.test(first) || first.includes('@'))) return 0;
  let text = '';
  for (let count = 1; count <= 4 && at + count <= lines.length; count += 1) {
    const line = lines[at + count - 1]!.trim();
    if (line === '' || line.startsWith('>')) return 0;
    text = `${text} ${line}`.trim();
    if (text.length > LONGEST) return 0;
    if (/[:：]$/.test(line) && DATED.test(text) && ATTRIBUTIONS.some((pattern) => pattern.test(text))) return count;
  }
  return 0;
}

const FROM = 'from|von|发件人|寄件者|寄件人|de|de la part de';
const OTHER =
  'sent|date|to|cc|subject|gesendet|datum|an|betreff|kopie|发送时间|发送日期|日期|时间|收件人|抄送|主题|寄件日期|收件者|主旨|envoyé|à|objet|' +
  'enviado|para|asunto';
const FROM_LINE = new RegExp(`^\\*?(?:${FROM})\\s*[:：]\\*?\\s*\\S`, 'i');
const OTHER_LINE = new RegExp(`^\\*?(?:${OTHER})\\s*[:：]\\*?`, 'i');

/** Outlook's way: a line with the sender, followed at once by at least two more headers. */
export function isHeaderBlock(lines: readonly string[], at: number): boolean {
  const near = lines.slice(at, at + 7).map((line) => line.slice(0, LONGEST).replaceAll('\u00a0', ' ').trim());
  if (!FROM_LINE.test(near[0]!)) return false;
  return near.slice(1).filter((line) => OTHER_LINE.test(line)).length >= 2;
}

const FOOTER = new RegExp(
  '^\\s*(?:sent from (?:my|yahoo|outlook|mail for)\\b.{0,60}|get outlook for .{0,60}|von meinem .{1,40} gesendet|gesendet mit .{1,60}|' +
    'gesendet von .{1,60}|holen sie sich outlook .{0,60}|(?:发自|從|从)我的.{1,30}|发自.{0,10}(?:iPhone|iPad|手机|邮箱|QQ).{0,20}|' +
    '获取 ?outlook.{0,60}|envoyé de mon .{1,40}|enviado desde mi .{1,40})\\s*$',
  'i',
);

/** The line that a telephone or a mail program adds at the end. */
export const isFooter = (line: string): boolean => line.length <= LONGEST && FOOTER.test(line);
