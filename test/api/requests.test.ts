import { describe, expect, it } from 'vitest';
import { startService } from '../support/service.ts';

describe('a request', () => {
  it.each([
    ['that is broken JSON', '{"name":', 400],
    ['that is too large', JSON.stringify({ name: 'x'.repeat(2 << 20) }), 413],
    ['that is a list', '[]', 400],
    ['that is null', 'null', 400],
  ])('%s is refused as a problem, without a stack', async (_what, body, status) => {
    const service = await startService();
    const response = await fetch(`${service.url}/api/v1/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': service.standIns.credentials.adminKey },
      body,
    });
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(text).not.toMatch(/node_modules|\.ts:/);
  });

  it('gets the headers that protect a browser, and no word about the framework', async () => {
    const { url } = await startService();
    const { headers } = await fetch(`${url}/health`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toContain('max-age');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.has('x-powered-by')).toBe(false);
  });

  it('over plain HTTP is refused where https is enforced, but for health and metrics', async () => {
    const service = await startService({ environment: { ENFORCE_HTTPS: 'true', TRUST_PROXY: '127.0.0.1' } });
    const get = async (path: string, headers: Record<string, string> = {}) =>
      (await fetch(`${service.url}${path}`, { headers })).status;
    expect(await get('/api/v1/calls/CA0')).toBe(403);
    expect(await get('/api/v1/calls/CA0', { 'x-forwarded-proto': 'https' })).toBe(401);
    expect(await get('/health/ready')).toBe(200);
    expect(await get('/metrics')).toBe(200);
  });
});
