// A certified OpenID provider on this machine, with its own login pages.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const CLIENT = { client_id: 'safeshipper', client_secret: 'a secret of the browser tests' };

/** Starts one whose only client is the product at `address`. */
export async function provider(address) {
  let handle;
  const server = createServer((request, response) => handle(request, response));
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  /** The same provider, which knows of the client what is told here. */
  const know = client => {
    const configured = new Provider(issuer, {
      clients: [{ ...CLIENT, redirect_uris: [`${address}/sign-in/provider/callback`], ...client }],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      // Whoever signs in says that they are Olivia: an address proves nothing.
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({ sub: id, email: 'operator@northwind.example', email_verified: true, name: 'Olivia Park' }),
      }),
      features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
      // It guards itself against addresses such as that of the product here.
      fetch: (url, { dispatcher, ...options }) => fetch(url, options),
      cookies: { keys: ['only for tests'] },
      conformIdTokenClaims: false,
    });
    configured.on('backchannel.error', (_, error) => console.error('back-channel logout failed:', error));
    handle = configured.callback();
  };
  know({});
  const close = () => new Promise(resolve => {
    server.closeAllConnections();
    server.close(resolve);
  });
  return { issuer, ...CLIENT, know, close };
}
