import { type Context, domainOf, header, type Message } from './arrival.js';

/**
 * Which messages no person wrote, and which must not be answered (RFC 3834, RFC 2369, RFC 2919, RFC 3464, and what
 * programs do that follow none of them). An answer to a machine is how mail loops begin.
 */
export type Kind = 'person' | 'own' | 'delivery-report' | 'automatic' | 'list';

const MACHINE_HEADERS = ['x-autoreply', 'x-autorespond', 'x-auto-reply', 'x-fc-machinegenerated', 'x-mail-autoreply'];
const NO_REPLY = /^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|mailer-daemon|postmaster|bounces?|nobody)(?:[+._=-].*)?@/i;
const ABSENCE = new RegExp(
  '^(?:(?:auto(?:matic)?|automated)[- ]?(?:reply|response|replied)|out[- ]of[- ](?:the[- ])?office|autoreply|' +
    'automatische antwort|abwesenheit(?:snotiz|sassistent)?|自动回复|自動回覆|réponse automatique|respuesta automática)',
  'i',
);

export function kindOf(message: Message, ours: Context['ours']): Kind {
  if (isOwn(message, ours)) return 'own';
  if (isDeliveryReport(message)) return 'delivery-report';
  if (isAutomatic(message)) return 'automatic';
  return isList(message) ? 'list' : 'person';
}

/** Why a message is not acknowledged even where it opens an incident; undefined when it may be. */
export function silence(
  message: Message,
): 'suppressed' | 'no-reply-address' | 'looks-automatic' | 'null-return-path' | undefined {
  if (message.returnPath === '') return 'null-return-path';
  if (/\b(?:all|autoreply|oof|rn|nrn|dr)\b/.test(header(message, 'x-auto-response-suppress'))) return 'suppressed';
  if ([message.from, message.sender].some((box) => box && NO_REPLY.test(box.address))) return 'no-reply-address';
  if (NO_REPLY.test(message.returnPath ?? '')) return 'no-reply-address';
  return ABSENCE.test(message.subject.trim()) ? 'looks-automatic' : undefined;
}

/** Whether a person seems to have written it: only such a reply stops a response clock or resumes a paused one. */
export const byPerson = (message: Message): boolean => {
  const why = silence(message);
  return why === undefined || why === 'suppressed';
};

export function isOwnAddress(address: string, ours: Context['ours']): boolean {
  const folded = address.toLowerCase();
  return (
    ours.addresses.some((own) => own.toLowerCase() === folded) ||
    ours.domains.some((domain) => domain.toLowerCase() === domainOf(folded))
  );
}

function isOwn(message: Message, ours: Context['ours']): boolean {
  const path = message.returnPath ? [message.returnPath] : [];
  return [message.from?.address, message.sender?.address, ...path].some((address) => address && isOwnAddress(address, ours));
}

function isDeliveryReport(message: Message): boolean {
  const type = header(message, 'content-type');
  const report =
    type.startsWith('multipart/report') && /report-type\s*=\s*"?(?:delivery-status|disposition-notification)/.test(type);
  const daemon = /^(?:mailer-daemon|postmaster)@/i.test(message.from?.address ?? '');
  const failed = message.headers['x-failed-recipients'] !== undefined;
  return report || failed || (daemon && (message.returnPath === '' || !message.returnPath));
}

function isAutomatic(message: Message): boolean {
  const submitted = header(message, 'auto-submitted');
  if (submitted !== '' && submitted.replace(/[;(\s].*$/s, '') !== 'no') return true;
  const marked = MACHINE_HEADERS.some((name) => !['', 'no', 'false'].includes(header(message, name)));
  const absence = ABSENCE.test(message.subject.trim());
  return marked || header(message, 'precedence') === 'auto_reply' || (absence && message.returnPath === '');
}

function isList(message: Message): boolean {
  const named = ['list-id', 'list-unsubscribe', 'list-post'].some((name) => message.headers[name] !== undefined);
  return named || ['bulk', 'list', 'junk'].includes(header(message, 'precedence'));
}
