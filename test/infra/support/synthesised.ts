import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { areas } from '../../../infra/areas.js';
import { deploymentConfig } from '../../../infra/config.js';
import { Deployment } from '../../../infra/deployment.js';

export const EXAMPLE = {
  organisation: 'Example',
  environment: 'test',
  account: '123456789012',
  region: 'eu-west-1',
  mail: { domain: 'desk.example.org', from: 'service@desk.example.org', inbound: true },
  alarmEmail: 'operations@example.org',
  managementEmail: 'management@example.org',
};

export type Resource = { readonly Type: string; readonly Properties: any; readonly [key: string]: any };

export interface Template {
  readonly name: string;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly text: string;
}

export interface Synthesised {
  readonly app: App;
  readonly deployment: Deployment;
  readonly templates: readonly Template[];
  /** Every resource of a type in all templates, with its logical id. */
  all(type: string): (Resource & { readonly id: string })[];
}

/** The templates of a deployment, as the CDK CLI would deploy them, but for the functions' code, which is not bundled. */
export function synthesised(changed: object = {}): Synthesised {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: object };
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] } });
  const deployment = new Deployment(app, deploymentConfig({ ...EXAMPLE, ...changed }), areas);
  const templates = app.synth().stacks.map(({ stackName: name, template }) => ({
    name,
    resources: template.Resources as Record<string, Resource>,
    text: JSON.stringify(template),
  }));
  const all = (type: string) =>
    templates.flatMap(({ resources }) =>
      Object.entries(resources).flatMap(([id, resource]) => (resource.Type === type ? [{ id, ...resource }] : [])),
    );
  return { app, deployment, templates, all };
}
