import { readFileSync } from 'node:fs';
import { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { House } from './house-function.js';
import { tellTopic } from './rights.js';

export interface WorkflowProps {
  readonly house: House;
  /** File in `workflows/` without its ending: `incident-escalation`. */
  readonly file: string;
  /** By what the file calls it: `${OperationTasksArn}`. */
  readonly calls: Readonly<Record<string, IFunction>>;
  /** `${ManagementTopicArn}`: told when a workflow itself cannot go on. */
  readonly management: ITopic;
  readonly impact: string;
}

/** A state machine from its file, named so that functions can start it without waiting for it to exist. */
export class Workflow extends Construct {
  readonly machine: StateMachine;
  readonly file: string;
  readonly impact: string;

  constructor(scope: Construct, id: string, { house, file, calls, management, impact }: WorkflowProps) {
    super(scope, id);
    [this.file, this.impact] = [file, impact];
    const definition = readFileSync(`workflows/${file}.asl.json`, 'utf8');
    const asksFor = (name: string) => definition.includes(['$', '{', name, '}'].join(''));
    const tells = asksFor('ManagementTopicArn');
    const used = Object.entries(calls).filter(([name]) => asksFor(name));
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: `${house.name}-${file}`,
      definitionBody: DefinitionBody.fromString(definition),
      definitionSubstitutions: {
        ...Object.fromEntries(used.map(([name, called]) => [name, called.functionArn])),
        ...(tells && { ManagementTopicArn: management.topicArn }),
      },
      tracingEnabled: true,
      logs: {
        // Log delivery looks for this beginning, and fails on others once a resource policy is full.
        destination: new LogGroup(this, 'Log', {
          logGroupName: `/aws/vendedlogs/states/${house.name}-${file}`,
          retention: house.logRetention,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    for (const [, { functionArn }] of used) {
      this.machine.addToRolePolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }));
    }
    if (tells) for (const statement of tellTopic(management)) this.machine.addToRolePolicy(statement);
  }
}
