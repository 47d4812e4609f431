import { SESClient } from '@aws-sdk/client-ses';
import { customResource } from '../platform/custom-resource.js';
import { placeRule, removeRule, type WantedRule } from '../platform/receipt-rule.js';

const client = new SESClient({});
export const handler = customResource<WantedRule>({
  place: (wanted) => placeRule(client, wanted),
  remove: (place) => removeRule(client, place),
});
