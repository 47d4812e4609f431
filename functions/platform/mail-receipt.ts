/**
 * What SES found out about a message that it received, as it writes it on top of the message that it stores in S3:
 *
 *   Return-Path, Received (by inbound-smtp.…amazonaws.com), X-SES-Spam-Verdict, X-SES-Virus-Verdict, Received-SPF,
 *   Authentication-Results (amazonses.com; spf=… dkim=… dmarc=…), X-SES-RECEIPT, X-SES-DKIM-SIGNATURE
 *
 * (Amazon SES Developer Guide, "Examples of event records", and what SES stores.) Everything below that block is the
 * sender's word, whatever it is called. So only the unbroken run of these headers at the very top is read, each once, and
 * only up to the receipt that closes it. Without it nothing was checked, and nothing is believed.
 */
export type Verdict = 'PASS' | 'FAIL' | 'GRAY' | 'PROCESSING_FAILED';

export interface Verdicts {
  readonly spf: Verdict;
  readonly dkim: Verdict;
  readonly dmarc: Verdict;
  readonly spam: Verdict | 'DISABLED';
  readonly virus: Verdict | 'DISABLED';
}

export interface Receipt {
  readonly verdicts: Verdicts;
  /** When SES took it: an RFC 3339 instant, to the second. */
  readonly receivedAt?: string;
  /** The recipient that SES took it for, in lower case; a blind copy names it nowhere else. */
  readonly recipient?: string;
}

const BLOCK = [
  'return-path',
  'received',
  'x-ses-spam-verdict',
  'x-ses-virus-verdict',
  'received-spf',
  'authentication-results',
  'x-ses-receipt',
] as const;
type Name = (typeof BLOCK)[number];

const LONGEST_BLOCK = 16 * 1024;

export function receiptOf(raw: Uint8Array): Receipt {
  const block = blockOf(Buffer.from(raw.subarray(0, LONGEST_BLOCK)).toString('latin1'));
  const received = block.get('received') ?? '';
  if (!block.has('x-ses-receipt') || !/ by inbound-smtp\.[\w-]+\.amazonaws\.com /i.test(received)) return { verdicts: UNCHECKED };
  const at = Date.parse(received.slice(received.lastIndexOf(';') + 1).replace(/\([^)]*\)/g, ''));
  const recipient = / for <?([^\s<>;]+@[^\s<>;]+)>?;/i.exec(received)?.[1]?.toLowerCase();
  return {
    verdicts: {
      ...authentication(block.get('authentication-results') ?? ''),
      spam: scan(block.get('x-ses-spam-verdict')),
      virus: scan(block.get('x-ses-virus-verdict')),
    },
    ...(Number.isNaN(at) ? {} : { receivedAt: new Date(at).toISOString() }),
    ...(recipient !== undefined && { recipient }),
  };
}

/** The headers of the block by name, up to the receipt; a repeated or foreign header ends it. */
function blockOf(head: string): Map<Name, string> {
  const block = new Map<Name, string>();
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase() as Name;
    if (!BLOCK.includes(name) || block.has(name)) break;
    block.set(name, line.slice(colon + 1).trim());
    if (name === 'x-ses-receipt') break;
  }
  return block;
}

/** A verdict that is missing though the message was received says that nothing was scanned. */
function scan(value: string | undefined): Verdict | 'DISABLED' {
  const known = ['PASS', 'FAIL', 'PROCESSING_FAILED', 'DISABLED'] as const;
  return known.find((verdict) => verdict === value?.toUpperCase()) ?? 'GRAY';
}

type Authentication = Pick<Verdicts, 'spf' | 'dkim' | 'dmarc'>;
const BROKEN: Authentication = { spf: 'PROCESSING_FAILED', dkim: 'PROCESSING_FAILED', dmarc: 'PROCESSING_FAILED' };
const UNCHECKED: Verdicts = { ...BROKEN, spam: 'PROCESSING_FAILED', virus: 'PROCESSING_FAILED' };

/**
 * RFC 8601. The return-path and the greeting stand in it as the sender gave them, so what they could smuggle in is looked for:
 * quotation marks, a method named twice, methods in another order than SES writes them. Then none of it counts.
 */
function authentication(value: string): Authentication {
  const clean = withoutComments(value);
  if (clean === undefined || clean.includes('"')) return BROKEN;
  const [server, ...clauses] = clean.split(';').map((clause) => clause.trim());
  if (server?.toLowerCase() !== 'amazonses.com') return BROKEN;
  const methods = clauses.flatMap((clause) => {
    const [, method, result] = /^(spf|dkim|dmarc)\s*=\s*([a-z]+)(?=\s|$)/i.exec(clause) ?? [];
    return method === undefined ? [] : [[method.toLowerCase(), result!.toLowerCase()] as const];
  });
  if (!/^(?:spf)?(?:dkim)*(?:dmarc)?$/.test(methods.map(([method]) => method).join(''))) return BROKEN;
  const of = (method: string) => worst(methods.filter(([name]) => name === method).map(([, result]) => verdictOf(result)));
  return { spf: of('spf'), dkim: of('dkim'), dmarc: of('dmarc') };
}

/** Undefined where brackets do not match. */
function withoutComments(value: string): string | undefined {
  let [text, depth] = ['', 0];
  for (const character of value) {
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (depth === 0) text += character;
    if (depth < 0) return undefined;
  }
  return depth === 0 ? text : undefined;
}

/** `none`, `neutral`, `softfail` and `policy` say nothing for or against; an error of the check is one. */
function verdictOf(result: string): Verdict {
  if (result === 'pass') return 'PASS';
  if (result === 'fail' || result === 'hardfail') return 'FAIL';
  return result === 'temperror' || result === 'permerror' ? 'PROCESSING_FAILED' : 'GRAY';
}

/** Of several signatures a failed one counts before one that passed, and one that passed before one that says nothing. */
const worst = (verdicts: readonly Verdict[]): Verdict =>
  (['FAIL', 'PROCESSING_FAILED', 'PASS'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'GRAY';
