import * as z from 'zod';
import { Refusal } from '../../kernel/errors.js';
import type { Language } from '../../kernel/language/language.js';
import { languageFor, say } from '../../kernel/language/language.js';
import { PAGE_HEADERS, type PageContent, page } from '../../kernel/page.js';
import type { Caller } from '../../kernel/permission.js';
import { type Context, type Reply, type Route, route } from '../../kernel/route.js';
import { person } from '../../support/person.js';
import { acknowledge } from './commands.js';
import { command } from './desk.js';
import { incidents } from './entity.js';
import { type Incident, phaseOf } from './incident.js';
import { mayRead } from './readers.js';

/**
 * Behind the link of a page in a mail. Opening it only shows, since scanners follow links; acknowledging needs the POST of
 * the page. The token says which incident and which person; it needs no sign-in, and altered or expired ones say so.
 */
const path = '/links/acknowledge';
const Token = z.strictObject({ token: z.string().max(1000).default('') });

interface Linked {
  readonly incident: Incident;
  readonly who: Caller;
  readonly language: Language;
  /** Whether the person may read what it is about; a link alone lets only take it on. */
  readonly reads: boolean;
}

const routes: Route[] = [
  route({
    method: 'GET',
    path,
    permission: 'incident:acknowledge-by-link',
    roles: [],
    open: true,
    summary: 'The page behind the link of a mail; shows, changes nothing',
    query: Token,
    handle: (input, context) =>
      withLink(
        input.query.token,
        context,
        async ({ incident, language, reads }) =>
          standing(incident, language) ?? asking(incident, language, input.query.token, reads),
      ),
  }),
  route({
    method: 'POST',
    path,
    permission: 'incident:acknowledge-by-link',
    roles: [],
    open: true,
    summary: 'Acknowledges; posted by the page behind the link',
    body: Token,
    handle: (input, context) =>
      withLink(input.body.token, context, async ({ incident, who, language, reads }) => {
        const before = standing(incident, language);
        if (before) return before;
        const { number } = incident;
        try {
          await command(
            { records: context.recordsAs(who.id), caller: who, now: context.now },
            incident.id,
            undefined,
            acknowledge,
          );
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return (
            standing((await context.records.read(incidents, incident.id)).record, language) ??
            asking(incident, language, input.body.token, reads)
          );
        }
        return {
          title: say(language, 'acknowledge.done', { number }),
          tone: 'good',
          body: [{ text: say(language, 'acknowledge.done-body') }],
        };
      }),
  }),
];

export { routes as acknowledgeRoutes };

type Shown = Omit<PageContent, 'language' | 'house'>;

async function withLink(token: string, context: Context, show: (linked: Linked) => Promise<Shown>): Promise<Reply> {
  const read = await context.signer.verify('acknowledge', token);
  if (read.state !== 'ok') {
    const language = languageFor('en');
    const [title, body] =
      read.state === 'expired'
        ? (['link.expired', 'link.expired-body'] as const)
        : (['link.altered', 'link.altered-body'] as const);
    return answer(
      context,
      language,
      { title: say(language, title), tone: 'attention', body: [{ text: say(language, body) }] },
      read.state === 'expired' ? 410 : 400,
    );
  }
  const [incidentId, personId] = JSON.parse(read.payload) as [string, string, string];
  const [{ record: incident }, somebody] = await Promise.all([
    context.records.read(incidents, incidentId),
    context.records.find(person.entity, personId),
  ]);
  const language = languageFor(somebody?.record.language ?? 'en');
  const reads = await mayRead(context.records, incident, { kind: 'person', id: personId });
  // The signed link is the permission, whoever may read it.
  const who: Caller = { id: personId, kind: 'system', roles: ['agent'] };
  return answer(context, language, await show({ incident, language, who, reads }));
}

const answer = ({ settings }: Context, language: Language, content: Shown, status = 200): Reply => ({
  status,
  html: page({ ...content, language: language.tag, house: settings.organisation }),
  headers: PAGE_HEADERS,
});

/** Nothing to acknowledge: it was done, or it is over. */
function standing(incident: Incident, language: Language): Shown | undefined {
  const { number, status, acknowledgedAt, escalation } = incident;
  if (phaseOf(incident) !== 'live')
    return {
      title: say(language, 'acknowledge.over', { number }),
      body: [{ text: say(language, 'acknowledge.over-body', { status }) }],
    };
  if (acknowledgedAt === undefined || escalation.pages.some((sent) => sent.acknowledgedAt === undefined)) return undefined;
  return {
    title: say(language, 'acknowledge.already', { number }),
    tone: 'good',
    body: [{ text: say(language, 'acknowledge.already-body') }],
  };
}

const asking = ({ number, title, priority }: Incident, language: Language, token: string, reads: boolean): Shown => ({
  title: say(language, 'acknowledge.title', { number }),
  body: [
    ...(reads ? [{ quoted: title }] : []),
    { facts: [[say(language, 'label.priority'), `P${priority}`]] },
    { text: say(language, 'acknowledge.body') },
    { form: { action: path, fields: { token }, button: say(language, 'button.acknowledge') } },
  ],
});
