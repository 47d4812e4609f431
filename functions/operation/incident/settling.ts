import { addComment } from '../../kernel/comment-routes.js';
import { languageFor, say } from '../../kernel/language/language.js';
import type { Moving } from '../../kernel/write-routes.js';
import type { Change } from './clocking.js';
import { resolve } from './commands.js';
import { type Incident, phaseOf } from './incident.js';

/**
 * What happens when all alerts of an incident have been quiet for as long as their source asks: it resolves by itself, unless
 * somebody took it over, who is then told in a comment and decides. Pure; not yet due is undefined.
 */
export function settleAlerts(incident: Incident, commentId: string, moving: Moving): Change | undefined {
  const { monitoring } = incident;
  if (!monitoring?.settlesAt || monitoring.settlesAt > moving.now) return undefined;
  const { settlesAt: at, ...watched } = monitoring;
  const settled = { ...incident, monitoring: watched };
  if (phaseOf(incident) !== 'live') return { next: settled, event: 'incident.alerts-settled', quiet: true };
  const language = languageFor('en');
  const count = String(monitoring.count);
  if (!isTakenOver(incident)) {
    return resolve(settled, { code: 'resolved-itself', text: say(language, 'monitoring.resolved', { count }) }, moving);
  }
  return addComment('incident', settled, {
    id: commentId,
    body: say(language, 'monitoring.quiet', { count, at }),
    visibility: 'internal',
    at: moving.now,
    by: moving.caller.id,
    fromRequester: false,
    via: 'monitoring',
    automatic: true,
  });
}

/** Somebody has taken note of it, is to work on it, has worked on it, or waits for something. */
const isTakenOver = ({ acknowledgedAt, assigneeId, minutesSpent, status }: Incident): boolean =>
  acknowledgedAt !== undefined || assigneeId !== undefined || minutesSpent > 0 || status === 'pending';
