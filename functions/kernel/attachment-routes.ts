import * as z from 'zod';
import type { Companion } from './decision.js';
import { type Entity, partitionOf } from './entity.js';
import { Refusal } from './errors.js';
import { PageQuery } from './listing.js';
import { isRequester, type Role } from './permission.js';
import type { RecordBase } from './record.js';
import { decideSeen, pageOf, readSeen } from './record-routes.js';
import { type Context, type Route, route } from './route.js';

/** 25 MB: what mail systems commonly carry. */
export const MAXIMUM_BYTES = 25 * 1024 * 1024;

/** Types that a desk exchanges; anything that a browser or a shell would run is not among them. */
export const CONTENT_TYPES = [
  'application/pdf',
  'application/zip',
  'application/gzip',
  'application/json',
  'application/octet-stream',
  'application/ms-tnef',
  'application/msword',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'audio/mpeg',
  'image/gif',
  'image/heic',
  'image/jpeg',
  'image/png',
  'image/webp',
  'message/rfc822',
  'text/calendar',
  'text/csv',
  'text/plain',
  'video/mp4',
] as const;

const Attachment = z.strictObject({
  fileName: z
    .string()
    .trim()
    .min(1)
    .max(150)
    .regex(/^[^/\\\p{Cc}]+$/u, 'A file name without a path or control characters.'),
  contentType: z.enum(CONTENT_TYPES),
  size: z.int().min(1).max(MAXIMUM_BYTES).describe('Bytes; what is uploaded may not be larger'),
  visibility: z.enum(['public', 'internal']).default('public'),
});

export interface AttachmentFacts extends z.infer<typeof Attachment> {
  readonly id: string;
  /** Key in the attachments bucket. */
  readonly key: string;
  readonly at: string;
  readonly by: string;
  /** The file and its name are gone, as somebody asked. */
  readonly erased?: true;
}

/** The item that keeps what is known of an attached file; the file itself lies in object storage. */
export const attachmentItem = (attachment: AttachmentFacts): Companion => ({
  operation: 'put',
  sk: `ATTACHMENT#${attachment.visibility}#${attachment.id}`,
  when: 'absent',
  body: { ...attachment },
});

const uploadable = async (body: Readonly<Record<string, unknown>>, { files }: Context) => ({
  status: 201,
  body: { ...body, upload: await files.upload(String(body['key']), String(body['contentType']), Number(body['size'])) },
});

const seenPrefixes = (context: Context) =>
  isRequester(context.caller) ? ['ATTACHMENT#public#'] : ['ATTACHMENT#public#', 'ATTACHMENT#internal#'];

/** `GET|POST …/{id}/attachments` and `GET …/{id}/attachments/{attachment}`: files go to object storage by a capped, short-lived form. */
export function attachmentRoutes<T extends RecordBase>(
  entity: Entity<T>,
  roles: { readonly read: readonly Role[]; readonly write: readonly Role[] },
): Route[] {
  const path = `/v1/${entity.plural}/{id}/attachments` as const;
  const reply = z.looseObject({ id: z.string(), fileName: z.string(), contentType: z.string(), size: z.int() });
  return [
    route({
      method: 'GET',
      path,
      permission: `${entity.name}:read`,
      roles: roles.read,
      summary: `Files attached to one ${entity.name}`,
      query: PageQuery,
      reply: () => pageOf(reply),
      handle: async ({ params, query }, context) => {
        const { record } = await readSeen(context, entity, params['id']!);
        return {
          status: 200,
          body: await context.records.companions(
            entity,
            partitionOf(entity, record.id),
            seenPrefixes(context),
            query as { limit: number; cursor?: string },
          ),
        };
      },
    }),
    route({
      method: 'POST',
      path,
      permission: `${entity.name}:attach`,
      roles: roles.write,
      summary: `Attach a file: answers a form (url, fields) with which the file is then posted`,
      status: 201,
      body: Attachment,
      reply,
      handle: async ({ params, body }, context) => {
        if (isRequester(context.caller) && body.visibility === 'internal')
          throw new Refusal('forbidden', 'Internal files are attached by the service desk.');
        const { record } = await readSeen(context, entity, params['id']!);
        const id = context.records.mintId();
        const attachment: AttachmentFacts = {
          ...body,
          id,
          key: `${entity.name}/${record.id}/${id}`,
          at: context.now.toISOString(),
          by: context.caller.id,
        };
        await decideSeen(context, entity, record.id, undefined, (current) => ({
          next: current,
          event: `${entity.name}.attachment-added`,
          detail: { attachment: id, visibility: body.visibility, contentType: body.contentType, size: body.size },
          companions: [attachmentItem(attachment)],
          quiet: true,
        }));
        return uploadable({ ...attachment }, context);
      },
      present: uploadable,
    }),
    route({
      method: 'GET',
      path: `${path}/{attachment}`,
      permission: `${entity.name}:read`,
      roles: roles.read,
      summary: `One attached file, with a link that downloads it for five minutes`,
      reply: () => reply.extend({ url: z.string() }),
      handle: async ({ params }, context) => {
        const { record } = await readSeen(context, entity, params['id']!);
        for (const prefix of seenPrefixes(context)) {
          const found = await context.records.companion(
            entity,
            partitionOf(entity, record.id),
            `${prefix}${params['attachment']}`,
          );
          if (found) return { status: 200, body: { ...found, url: await link(found, context) } };
        }
        throw new Refusal('not-found', `There is no attachment ${params['attachment']} on ${record.number}.`);
      },
    }),
  ];
}

async function link(attachment: Readonly<Record<string, unknown>>, { files }: Context): Promise<string> {
  const { key, fileName, contentType, erased } = attachment as unknown as AttachmentFacts;
  if (erased) throw new Refusal('not-found', 'This file was erased.');
  if ((await files.size(key)) === undefined) throw new Refusal('conflict', `${fileName} has not been uploaded yet.`);
  return files.download(key, fileName, contentType);
}
