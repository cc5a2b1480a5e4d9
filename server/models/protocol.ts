// What the server and the downloading child say to each other.

export type DownloadOrder =
  | { readonly type: 'look'; readonly url: string; readonly lookTimeoutMs: number }
  | { readonly type: 'fetch'; readonly url: string; readonly folder: string; readonly name: string }
  /** The part stays, so that the next download goes on with it. */
  | { readonly type: 'stop' };

export type DownloadReport =
  | { readonly type: 'found'; readonly sizeBytes: number; readonly sha256?: string }
  | { readonly type: 'progress'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly type: 'done' }
  | DownloadFailure;

export interface DownloadFailure {
  readonly type: 'failed';
  /** `status`: the hub answered with an error; `network`: it did not answer; `disk`: no space; `other`. */
  readonly why: 'status' | 'network' | 'disk' | 'other';
  readonly status: number;
  readonly detail: string;
}
