// The limits of the local server, each with its default.

export interface HttpLimits {
  /** Body of a request, unless its route states more. */
  readonly bodyBytesMax: number;
  /** Requests worked on at once, event streams not counted. */
  readonly requestsMax: number;
  /** Event streams open at once. */
  readonly streamsMax: number;
  /** What a reader of events may be behind before it is dropped; it comes back and says what it saw last. */
  readonly behindBytesMax: number;
  /** Silence on an event stream after which a comment is sent. */
  readonly heartbeatMs: number;
}

export const httpLimits: HttpLimits = {
  bodyBytesMax: 64 * 1024,
  requestsMax: 64,
  streamsMax: 32,
  behindBytesMax: 16 * 1024 * 1024,
  heartbeatMs: 15_000,
};
