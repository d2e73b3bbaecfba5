// Certified client libraries against the real product: `jose` verifies our access tokens with our key set, and
// `openid-client` discovers what there is and gives a token up.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { start } from './product.mjs';

let it;
before(async () => { it = await start(); });
after(async () => { await it?.stop(); });

const AUDIENCE = 'safeshipper';

async function call(method, path, { token, body } = {}) {
  const headers = { ...(body && { 'content-type': 'application/json' }), ...(token && { authorization: `Bearer ${token}` }) };
  return fetch(it.address + path, { method, headers, body: body && JSON.stringify(body) });
}

async function signIn() {
  const answer = await call('POST', '/api/v1/sessions', { body: { email: 'operator@southcross.example', password: it.password } });
  assert.equal(answer.status, 200);
  return answer.json();
}

const lives = async token => (await call('GET', '/api/v1/me', { token })).status === 200;

test('jose verifies an access token with the published keys, and refuses it for anybody else', async () => {
  const { access_token: token } = await signIn();
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', it.address));
  const expected = { issuer: it.address, audience: AUDIENCE, typ: 'at+jwt', algorithms: ['RS256'] };
  const { payload, protectedHeader } = await jwtVerify(token, keys, { ...expected, requiredClaims: ['exp', 'iat', 'nbf', 'sub', 'jti', 'sid'] });
  assert.equal(protectedHeader.kid, decodeProtectedHeader(token).kid);
  assert.equal(payload.exp - payload.iat, 3600);
  const [head, claims, signature] = token.split('.');
  const other = { ...JSON.parse(Buffer.from(claims, 'base64url')), role: 'SUPER_ADMIN' };
  const forged = [head, Buffer.from(JSON.stringify(other)).toString('base64url'), signature].join('.');
  for (const [what, text, options] of [
    ['another audience', token, { ...expected, audience: 'other' }],
    ['another issuer', token, { ...expected, issuer: 'https://other.example' }],
    ['another type', token, { ...expected, typ: 'JWT' }],
    ['another algorithm', token, { ...expected, algorithms: ['PS256'] }],
    ['other claims', forged, expected],
  ]) {
    await assert.rejects(jwtVerify(text, keys, options), what);
  }
});

test('openid-client discovers the server and gives a refresh and an access token up', async () => {
  const config = await client.discovery(new URL(it.address), 'forklift-app', undefined, client.None(), {
    algorithm: 'oauth2', execute: [client.allowInsecureRequests],
  });
  const found = config.serverMetadata();
  assert.equal(found.issuer, it.address);
  assert.equal(found.token_endpoint, undefined, 'there is none of the standard form');
  assert.equal((await fetch(found.jwks_uri)).status, 200);

  const pair = await signIn();
  await client.tokenRevocation(config, pair.access_token);
  assert.equal(await lives(pair.access_token), false);
  const renewed = await call('POST', '/api/v1/sessions/refresh', { body: { refresh_token: pair.refresh_token } });
  const { access_token: access, refresh_token: refresh } = await renewed.json();
  assert.equal(await lives(access), true, 'an access token dies alone');
  await client.tokenRevocation(config, refresh, { token_type_hint: 'refresh_token' });
  assert.equal(await lives(access), false, 'a refresh token ends its session');
});
