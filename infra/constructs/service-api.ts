import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import type { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Area } from '../../functions/kernel/area.js';
import type { DeploymentConfig } from '../config.js';
import { collectionsOf, openRoutesOf, PORTAL_ROUTES } from './service-routes.js';

export interface ServiceApiProps {
  readonly name: string;
  readonly logRetention: RetentionDays;
  readonly throttle: DeploymentConfig['throttle'];
  readonly address: DeploymentConfig['address'];
}

/**
 * The HTTP API: the gateway checks tokens, throttles and logs who asked for what; each area's function finds the route.
 * A collection has two routes here whatever its verbs are, which keeps the stack far below 500 resources.
 */
export class ServiceApi extends Construct {
  readonly http: HttpApi;
  /** Where people and programs reach it, without a slash at the end. */
  readonly url: string;
  /** What the DNS name of an own address must point at. */
  readonly target: string | undefined;

  constructor(scope: Construct, id: string, { name, logRetention, throttle, address }: ServiceApiProps) {
    super(scope, id);
    this.http = new HttpApi(this, 'Http', { apiName: name, createDefaultStage: false });
    const log = new LogGroup(this, 'AccessLog', {
      logGroupName: `/${name}/access`,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.http,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: throttle.requestsPerSecond, burstLimit: throttle.burst },
      accessLogSettings: { destination: new LogGroupLogDestination(log), format: AccessLogFormat.custom(JSON.stringify(ACCESS)) },
    });
    if (!address) {
      this.url = this.http.apiEndpoint;
      return;
    }
    const domainName = new DomainName(this, 'Address', {
      domainName: address.domain,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', address.certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new ApiMapping(this, 'Mapping', { api: this.http, domainName, stage });
    [this.url, this.target] = [`https://${address.domain}`, domainName.regionalDomainName];
  }

  /** Routes to an area's function what its routes declare: collections behind a token, open routes each by itself. */
  serve(area: Area, called: IFunction, authorizer: HttpJwtAuthorizer): void {
    const integration = integrationOf(area.name, called);
    for (const collection of collectionsOf(area)) {
      for (const path of [`/v1/${collection}`, `/v1/${collection}/{proxy+}`])
        this.http.addRoutes({ path, methods: [HttpMethod.ANY], integration, authorizer });
    }
    for (const { method, path } of openRoutesOf(area)) {
      this.http.addRoutes({ path, methods: [method as HttpMethod], integration });
    }
  }

  /** The page, the reference and the contract: the same for everybody, and nothing of anybody's in them. */
  present(portal: IFunction): void {
    const integration = integrationOf('portal', portal);
    for (const path of PORTAL_ROUTES) this.http.addRoutes({ path, methods: [HttpMethod.GET, HttpMethod.HEAD], integration });
  }
}

/** One permission for each function rather than one for each route. */
const integrationOf = (name: string, called: IFunction) =>
  new HttpLambdaIntegration(`Serve-${name}`, called, { scopePermissionToRoute: false });

/** One JSON line a request. Neither query, token nor body: those may name people. */
const ACCESS = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  subject: '$context.authorizer.claims.sub',
  method: '$context.httpMethod',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  ms: '$context.responseLatency',
  functionMs: '$context.integrationLatency',
  refused: '$context.authorizer.error',
};
