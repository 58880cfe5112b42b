export type Provider = 'twilio' | 'deepgram' | 'openai';

/**
 * An expected failure of a provider: a value, never thrown across a port.
 * `retryable`: the provider documents that the same request may be repeated. `code` is the provider's own code
 * (Twilio's error number, an HTTP status, a socket error) as text.
 */
export interface ProviderFailure {
  readonly provider: Provider;
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  /** How long the provider asked us to wait before the next request, milliseconds. */
  readonly retryAfterMs?: number;
}
