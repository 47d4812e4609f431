import { createHmac } from 'node:crypto';
import { alerts } from '../../../../functions/operation/alert/entity.js';
import { operation } from '../../../../functions/operation/area.js';
import { operationSignals } from '../../../../functions/operation/listening.js';
import type { Answer, TestDesk } from '../../../support/desk.js';

export interface Source {
  readonly id: string;
  readonly number: string;
  readonly secret: string;
}

export const admin = { roles: 'admin', sub: 'user-1' };

/** A source in use, with its first secret. */
export async function aSource(desk: TestDesk, over: object): Promise<Source> {
  const { body, status } = await desk.call(operation, 'POST /v1/alert-sources', {
    ...admin,
    body: { title: 'Monitoring', ...over },
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  const issued = await desk.call(operation, `POST /v1/alert-sources/${body.id}/secret`, { ...admin, body: {} });
  return { id: body.id, number: body.number, secret: issued.body.secret };
}

/** Prometheus' part of a notification; a firing alert ends at Go's zero time. */
export const prometheus = (fingerprint: string, over: Readonly<Record<string, unknown>> = {}) => ({
  status: 'firing',
  labels: { alertname: 'HostDown', instance: `${fingerprint}:9100`, severity: 'critical', ...(over['labels'] as object) },
  annotations: { summary: `${fingerprint} is down`, ...(over['annotations'] as object) },
  startsAt: '2026-03-02T09:58:00.123456789Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example/graph?g0.expr=up',
  fingerprint,
  ...Object.fromEntries(Object.entries(over).filter(([name]) => name !== 'labels' && name !== 'annotations')),
});

/** The payload of Alertmanager's webhook, version 4, whole. */
export const group = (list: readonly object[], over: object = {}) => ({
  version: '4',
  groupKey: '{}:{alertname="HostDown"}',
  truncatedAlerts: 0,
  status: list.some((alert) => (alert as { status: string }).status === 'firing') ? 'firing' : 'resolved',
  receiver: 'steward',
  groupLabels: { alertname: 'HostDown' },
  commonLabels: { alertname: 'HostDown' },
  commonAnnotations: {},
  externalURL: 'http://alertmanager.example',
  alerts: list,
  ...over,
});

export const notify = (desk: TestDesk, source: Source, list: readonly object[], over: object = {}): Promise<Answer> =>
  desk.call(operation, `POST /signals/alert-sources/${source.id}`, {
    roles: '',
    body: group(list, over),
    headers: { authorization: `Bearer ${source.secret}` },
  });

/** The three headers of Standard Webhooks. */
export function signed(secret: string, id: string, at: Date, text: string): Record<string, string> {
  const stamp = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${stamp}.${text}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': stamp, 'webhook-signature': `v1,${signature}` };
}

/** Lets the bus tell of every alert, in any order, as often as asked. */
export async function tellAll(desk: TestDesk, times = 1): Promise<void> {
  const listen = operationSignals(desk.dependencies);
  const records = desk.dependencies.store.for({ actor: 'test', now: desk.now, correlation: 'test' });
  for (const status of ['resolved', 'firing']) {
    const { items } = await records.list(alerts, 'byStatus', { status }, { limit: 100 });
    for (let i = 0; i < times; i++)
      await Promise.all(items.map(({ id }) => listen({ source: 'steward', detail: { id } } as never)));
  }
}

export const alertsOf = async (desk: TestDesk, source: Source): Promise<any[]> =>
  (await desk.call(operation, `GET /v1/alerts?sourceId=${source.id}&limit=100`, admin)).body.items;

export const incidentsOf = async (desk: TestDesk, phase = 'live'): Promise<any[]> => {
  const { body } = await desk.call(operation, `GET /v1/incidents?phase=${phase}&limit=100`, admin);
  return Promise.all(
    body.items.map(async ({ id }: { id: string }) => (await desk.call(operation, `GET /v1/incidents/${id}`, admin)).body),
  );
};
