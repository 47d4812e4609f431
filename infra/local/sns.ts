import type { AwsAnswer, AwsRequest, AwsService } from './aws-endpoint.js';
import { AwsError } from './aws-error.js';
import type { Outbox } from './outbox.js';
import { xml } from './xml.js';

/** SNS's Publish by the query protocol (a form in, XML out): what is published goes to the outbox, to nobody else. */
export function sns(outbox: Outbox): AwsService {
  return {
    serves: ({ method, path, headers }) =>
      method === 'POST' && path === '/' && (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'),
    answer: async (request) => {
      const form = new URLSearchParams(request.body.toString('utf8'));
      const action = form.get('Action');
      if (action !== 'Publish') throw new AwsError('InvalidAction', `SNS has no operation ${action} on one machine.`);
      const { id } = await outbox.keep({ kind: 'publication', ...publicationOf(form) });
      return answer(200, published(id));
    },
    refusal: ({ status, code, message }: AwsError, _: AwsRequest) => answer(status, refused(code, message)),
  };
}

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

const published = (id: string): string => xml`<PublishResponse xmlns="${NAMESPACE}">
  <PublishResult><MessageId>${id}</MessageId></PublishResult>
  <ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata>
</PublishResponse>`;

const refused = (code: string, message: string): string => xml`<ErrorResponse xmlns="${NAMESPACE}">
  <Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>
  <RequestId>local</RequestId>
</ErrorResponse>`;

const answer = (status: number, body: string): AwsAnswer => ({ status, headers: { 'content-type': 'text/xml' }, body });

function publicationOf(form: URLSearchParams) {
  const topic = form.get('TopicArn') ?? form.get('TargetArn') ?? form.get('PhoneNumber');
  const message = form.get('Message');
  const subject = form.get('Subject');
  if (!topic)
    throw new AwsError('InvalidParameter', 'Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter');
  if (!message) throw new AwsError('InvalidParameter', 'Invalid parameter: Empty message');
  if (subject !== null && (subject.length > 100 || /\p{Cc}/u.test(subject))) {
    throw new AwsError('InvalidParameter', 'Invalid parameter: Subject');
  }
  return { topic, message, attributes: attributesOf(form), ...(subject !== null && { subject }) };
}

function attributesOf(form: URLSearchParams): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let n = 1; form.has(`MessageAttributes.entry.${n}.Name`); n++) {
    attributes[form.get(`MessageAttributes.entry.${n}.Name`)!] = form.get(`MessageAttributes.entry.${n}.Value.StringValue`) ?? '';
  }
  return attributes;
}
