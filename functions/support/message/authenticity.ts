import { domainOf, type Message, type Verdicts } from './arrival.js';

export type Doubt = 'no-sender' | 'several-senders' | 'not-authentic' | 'not-authenticated';

/**
 * Whether the address in the From header is believed to be the sender's (RFC 7208, 6376, 7489). Any failed check is a
 * doubt. Where the domain publishes no DMARC policy, a pass of SPF or DKIM counts only for a domain that is the From
 * address's own: SPF speaks of the return-path, DKIM of whichever domain signed.
 */
export function doubtAbout(message: Message, { spf, dkim, dmarc }: Verdicts): Doubt | undefined {
  if (!message.from) return 'no-sender';
  if (message.problems.some(({ code }) => code === 'several-senders')) return 'several-senders';
  if ([spf, dkim, dmarc].some((verdict) => verdict === 'FAIL' || verdict === 'PROCESSING_FAILED')) return 'not-authentic';
  if (dmarc === 'PASS') return undefined;
  const domain = domainOf(message.from.address);
  const bySpf = spf === 'PASS' && Boolean(message.returnPath) && aligned(domainOf(message.returnPath!), domain);
  const signers = signingDomains(message);
  const byDkim = dkim === 'PASS' && signers.length > 0 && signers.every((signer) => aligned(signer, domain));
  return bySpf || byDkim ? undefined : 'not-authenticated';
}

/** The same domain, or one within the other, with at least two labels in common. */
export function aligned(one: string, other: string): boolean {
  const [shorter, longer] = one.length <= other.length ? [one, other] : [other, one];
  return shorter.includes('.') && (longer === shorter || longer.endsWith(`.${shorter}`));
}

const signingDomains = (message: Message): string[] =>
  (message.headers['dkim-signature'] ?? []).map((value) => /(?:^|;)\s*d\s*=\s*([^;\s]+)/i.exec(value)?.[1]?.toLowerCase() ?? '');
