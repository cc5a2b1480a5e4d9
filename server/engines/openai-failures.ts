// The two ways in which a request to a model server fails that may be worth another try.
import type { ServerFault } from './openai-faults.ts';

/** The server answered with a fault; the connection is fine. */
export class ServerRefusal extends Error {
  readonly fault: ServerFault;
  readonly retryAfter: string | undefined;

  constructor(fault: ServerFault, retryAfter?: string) {
    super(fault.message);
    this.fault = fault;
    this.retryAfter = retryAfter;
  }
}

/** The connection ended in the middle of an answer. */
export class CutOff extends Error {}
