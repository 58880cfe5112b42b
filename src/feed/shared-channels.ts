/**
 * PORT: short texts that the instances of this service tell each other. Lossy: nothing is kept for those who come later,
 * and nothing waits for a connection.
 */
export interface SharedChannels {
  /** Each channel lives on one of several nodes: what there is much of had better be spread over many channels. */
  readonly isSharded: boolean;
  /** Resolves to how many were there to hear it, this instance included. Rejects while there is no connection. */
  publish(channel: string, text: string): Promise<number>;
  /** What is published from now on, in each sender's order; again after every loss of the connection. */
  listen(channel: string, listener: (text: string) => void): void;
}
