// What becomes of a request, and of its server, when one of several servers failed it.
import { isRowscribeError } from '../errors.ts';
import { ServerRefusal } from './openai-failures.ts';
import { kindOfFault } from './openai-faults.ts';

interface Fate {
  /** The server is left out until it answers again. */
  readonly isServersFault: boolean;
  /** Another server would not do better, or must not be tried. */
  readonly isOver: boolean;
  /** The request itself may be what broke it. */
  readonly mayBeRequest: boolean;
}

/** Reads an error of one server's client. */
export function fateOf(error: unknown): Fate {
  if (!isRowscribeError(error)) return { isServersFault: false, isOver: true, mayBeRequest: false };
  switch (error.code) {
    case 'engine-unreachable':
    case 'engine-key-refused':
    case 'engine-model-unknown':
    case 'engine-address-public':
      return { isServersFault: true, isOver: false, mayBeRequest: false };
    case 'engine-crashed':
      return { isServersFault: true, isOver: false, mayBeRequest: true };
    case 'engine-timeout':
      return { isServersFault: true, isOver: true, mayBeRequest: true };
    default: {
      const fault = error.cause instanceof ServerRefusal ? error.cause.fault : undefined;
      const isBusy = fault !== undefined && kindOfFault(fault) === 'busy';
      // With a plain 500 some servers refuse a request that they cannot bear.
      const isOdd = fault?.status === 500;
      return { isServersFault: isBusy && !isOdd, isOver: !isBusy, mayBeRequest: isOdd };
    }
  }
}
