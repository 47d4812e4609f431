import { type App, Tags } from 'aws-cdk-lib';
import type { Area } from '../functions/kernel/area.js';
import { type DeploymentConfig, nameOf } from './config.js';
import { ApplicationStack } from './stacks/application.js';
import { DataStack } from './stacks/data.js';
import { MonitoringStack } from './stacks/monitoring.js';

/** One deployment: three stacks, divided by how often they change and what is lost when one goes wrong. */
export class Deployment {
  readonly data: DataStack;
  readonly application: ApplicationStack;
  readonly monitoring: MonitoringStack;

  constructor(app: App, config: DeploymentConfig, areas: readonly Area[]) {
    const name = nameOf(config);
    const { account = process.env['CDK_DEFAULT_ACCOUNT'], region = process.env['CDK_DEFAULT_REGION'] } = config;
    const env = { ...(account !== undefined && { account }), ...(region !== undefined && { region }) };
    this.data = new DataStack(app, `${name}-data`, { config, env, description: 'Steward: records, files, sign-in' });
    this.application = new ApplicationStack(app, `${name}-application`, {
      config,
      areas,
      data: this.data,
      env,
      description: 'Steward: what runs',
    });
    this.monitoring = new MonitoringStack(app, `${name}-monitoring`, {
      config,
      application: this.application,
      env,
      description: 'Steward: alarms and the dashboard',
    });
    Tags.of(app).add('application', name);
  }
}
