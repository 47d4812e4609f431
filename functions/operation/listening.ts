import type { EventBridgeEvent } from 'aws-lambda';
import type { Dependencies } from '../platform/dependencies.js';
import type { ThinEvent } from '../platform/relay.js';
import { AlarmEvent, fromCloudWatch } from './alert/cloudwatch.js';
import { takeIn } from './alert/taking.js';
import { type AlertSource, alertSources } from './alert-source/entity.js';
import { fromAlert, MONITORING } from './incident/from-alert.js';
import { fromMail, MAIL } from './incident/from-mail.js';

type Heard = EventBridgeEvent<string, unknown>;

/**
 * Hears what becomes an incident: accepted mail, and alerts; and CloudWatch's alarms, which become alerts. Everything in it may
 * come twice.
 */
export function operationSignals({ store, clock, log }: Dependencies) {
  return async (event: Heard): Promise<void> => {
    if (event.source === 'aws.cloudwatch') return takeAlarm(event);
    const { id } = event.detail as ThinEvent;
    const now = clock();
    if (event['detail-type'] === 'message.accepted')
      await fromMail({ records: store.for({ actor: MAIL.id, now, correlation: `message-${id}` }), now }, id);
    else await fromAlert({ records: store.for({ actor: MONITORING.id, now, correlation: `alert-${id}` }), now }, id);
  };

  async function takeAlarm(event: Heard): Promise<void> {
    const alarm = AlarmEvent.parse(event);
    const now = clock();
    const holder = await store.holder(alertSources, 'account', alarm.account);
    const asked = store.for({ actor: MONITORING.id, now, correlation: alarm.account });
    const source =
      holder === undefined ? undefined : ((await asked.find(alertSources, holder))?.record as AlertSource | undefined);
    if (!source?.enabled) return log.info('alarm of an account without a source in use', { account: alarm.account });
    const signal = fromCloudWatch(alarm);
    if (!signal) return;
    const records = store.for({ actor: `source:${source.number}`, now, correlation: event.id });
    await takeIn({ records, now }, source, [signal]);
  }
}
