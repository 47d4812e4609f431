import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function as LambdaFunction, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionEnv } from '../../functions/platform/env.js';
import { codeOf } from './code.js';

/** What every function of a deployment shares. */
export interface House {
  /** Begins every name: `steward-production`. */
  readonly name: string;
  readonly environment: FunctionEnv;
  readonly logRetention: RetentionDays;
}

export interface HouseFunctionProps {
  readonly house: House;
  /** After the house's name: `operation-api`. */
  readonly called: string;
  readonly entry: string;
  /** Said in its alarm, for whoever is woken by it: what can people not do? */
  readonly impact: string;
  readonly may: readonly PolicyStatement[];
  readonly timeout: Duration;
  /** Megabytes; processor time comes in proportion. */
  readonly memory: number;
  /** Where the code is more than its entry. */
  readonly code?: Code;
}

/** One Lambda function with a role of its own, a log of its own and exactly the environment that the runtime reads. */
export class HouseFunction extends Construct {
  readonly function: LambdaFunction;
  readonly log: LogGroup;
  readonly called: string;
  readonly impact: string;

  constructor(scope: Construct, id: string, props: HouseFunctionProps) {
    super(scope, id);
    const { house, called, entry, impact, may, timeout, memory, code = codeOf(entry) } = props;
    [this.called, this.impact] = [called, impact];
    this.log = new LogGroup(this, 'Log', {
      logGroupName: `/${house.name}/${called}`,
      retention: house.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    for (const statement of may) role.addToPolicy(statement);
    this.log.grantWrite(role);
    this.function = new LambdaFunction(this, 'Function', {
      functionName: `${house.name}-${called}`,
      code,
      handler: 'index.handler',
      role,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout,
      memorySize: memory,
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup: this.log,
      environment: { ...house.environment },
    });
  }
}
