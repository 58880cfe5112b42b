const POLL_MS = 10;

/** What `probe` returns once it is neither null, undefined nor false. Fails, with the last value, after `timeoutMs`. */
export async function eventually<Value>(
  probe: () => Value | Promise<Value>,
  timeoutMs = 10_000,
): Promise<Exclude<Value, null | undefined | false>> {
  const endsAtMs = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) {
      return value as Exclude<Value, null | undefined | false>;
    }
    if (performance.now() > endsAtMs) throw new Error(`not within ${timeoutMs} ms: ${probe}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
