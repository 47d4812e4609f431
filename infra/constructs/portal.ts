import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { SPINE } from '../entries.js';
import { codeOf, run } from './code.js';
import { type House, HouseFunction } from './house-function.js';

/** The web page, the reference and the contract: one function with the built files beside its code. It may do nothing else. */
export class Portal extends Construct {
  readonly function: HouseFunction;

  constructor(scope: Construct, id: string, { house }: { readonly house: House }) {
    super(scope, id);
    this.function = new HouseFunction(this, 'Page', {
      house,
      called: 'portal-api',
      entry: SPINE.portal,
      impact: 'The web page and the reference do not open; the API answers as before.',
      may: [],
      timeout: Duration.seconds(10),
      memory: 256,
      code: codeOf(SPINE.portal, { folder: 'functions/portal/dist', build: () => run('functions/portal/build.ts') }),
    });
  }
}
