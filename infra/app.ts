import { App } from 'aws-cdk-lib';
import { areas } from './areas.js';
import { readConfig } from './config.js';
import { Deployment } from './deployment.js';

const app = new App();
new Deployment(app, readConfig(String(app.node.tryGetContext('config') ?? 'deployment.json')), areas);
app.synth();
