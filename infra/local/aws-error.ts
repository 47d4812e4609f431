/** What an AWS service answers for a request it refuses: the error's code as the SDK names it, a sentence, an HTTP status. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = code;
  }
}
