import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

/** What a deployment asks of a resource that CloudFormation does not know. */
export interface Resource<P> {
  /** Creates or changes it; answers its physical id. An id other than before makes CloudFormation remove the former. */
  place(properties: P): Promise<string>;
  remove(physicalId: string): Promise<void>;
}

/**
 * Answers CloudFormation's custom-resource protocol: every request gets exactly one reply, at the URL that came with
 * it, because a deployment waits for as long as none comes. A thrown error's message becomes the stack's reason.
 */
export function customResource<P>(resource: Resource<P>, send: typeof fetch = fetch) {
  return async (event: CloudFormationCustomResourceEvent): Promise<void> => {
    const former = 'PhysicalResourceId' in event ? event.PhysicalResourceId : `none-${event.LogicalResourceId}`;
    const reply = await answer(resource, event, former);
    const { StackId, RequestId, LogicalResourceId } = event;
    const body = JSON.stringify({ StackId, RequestId, LogicalResourceId, ...reply });
    const received = await send(event.ResponseURL, { method: 'PUT', body, headers: { 'content-type': '' } });
    if (!received.ok) throw new Error(`CloudFormation did not take the reply: ${received.status}.`);
  };
}

async function answer<P>(resource: Resource<P>, event: CloudFormationCustomResourceEvent, former: string) {
  try {
    if (event.RequestType === 'Delete') {
      await resource.remove(former);
      return { Status: 'SUCCESS', PhysicalResourceId: former };
    }
    const { ServiceToken: _, ...properties } = event.ResourceProperties;
    return { Status: 'SUCCESS', PhysicalResourceId: await resource.place(properties as P) };
  } catch (error) {
    return { Status: 'FAILED', PhysicalResourceId: former, Reason: error instanceof Error ? error.message : String(error) };
  }
}
