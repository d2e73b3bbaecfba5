// Sign-in at a real, certified OpenID provider (npm `oidc-provider`), with its own login pages: added by an
// administrator, linked by a person, used, and ended from there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enrol } from './phone.mjs';
import { product } from './product.mjs';
import { provider } from './provider.mjs';

let it;
let login;
before(async () => {
  it = await product(['--loopback-providers']);
  login = await provider(it.address);
});
after(async () => {
  await login?.close();
  await it?.close();
});

const PHONE = { viewport: { width: 390, height: 844 } };

async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${wide} px too wide at ${page.url()}`);
}

/** Signs in at the provider's own pages, and consents. */
async function signInThere(page, subject) {
  await page.waitForURL(`${login.issuer}/**`);
  await page.locator('input[name=login]').fill(subject);
  await page.locator('input[name=password]').fill('anything');
  await page.locator('button[type=submit]').click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function chooseProvider(page) {
  await page.goto('/sign-in');
  await page.getByText('Sign in at your company’s provider').click();
  await page.getByLabel('Short name of your company').fill('northwind');
  await fits(page);
  await page.getByRole('button', { name: 'Go to the provider' }).click();
}

test('an administrator adds the provider after a second factor, and a wrong issuer is told at once', async () => {
  const { page, faults } = await it.person('admin@northwind.example', PHONE);
  await page.goto('/security');
  await enrol(page);
  await page.goto('/security');
  await page.getByRole('link', { name: 'Providers to sign in at' }).click();
  await page.getByText(`${it.address}/sign-in/provider/callback`).waitFor();
  await fits(page);
  for (const issuer of [`${login.issuer}/`, login.issuer]) {
    await page.getByLabel('Name on the button').fill('Login');
    await page.getByLabel('Issuer').fill(issuer);
    await page.getByLabel('Client ID').fill(login.client_id);
    await page.getByLabel('Client secret').fill(login.client_secret);
    await page.getByRole('button', { name: 'Ask the provider and add it' }).click();
    if (issuer.endsWith('/')) await page.getByRole('alert').getByText('names another issuer').waitFor();
  }
  await page.getByText('Switched on; 0 people linked').waitFor();
  await fits(page);
  login.know({ backchannel_logout_uri: await page.locator('code').first().textContent(), backchannel_logout_session_required: true });
  assert.deepEqual(faults, []);
});

test('whoever is not linked is told how to, whatever address the provider tells', async () => {
  const { page, faults } = await it.person(undefined, PHONE);
  await chooseProvider(page);
  await signInThere(page, 'stranger');
  await page.getByRole('alert').getByText('nobody here is linked').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Sign out' }).count(), 0);
  await fits(page);
  assert.deepEqual(faults, []);
});

test('a person links once, signs in there from then on, and is signed out from there', async () => {
  const { page, faults } = await it.person('operator@northwind.example', PHONE);
  await page.goto('/security');
  await fits(page);
  await page.getByRole('button', { name: 'Link Login' }).click();
  await signInThere(page, 'olivia');
  // Nothing is linked before they see which identity it is.
  await page.getByRole('heading', { name: 'Link this identity?' }).waitFor();
  await page.getByText(login.issuer, { exact: true }).waitFor();
  await fits(page);
  await page.getByRole('button', { name: 'Link it' }).click();
  await page.getByText('Linked since').waitFor();
  await fits(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');

  await chooseProvider(page);
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await page.goto('/account/sessions');
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.equal(await page.getByLabel('E-mail').count(), 0);

  await page.goto(`${login.issuer}/session/end`);
  await page.getByRole('button', { name: /sign me out/ }).click();
  await page.waitForURL(`${login.issuer}/session/end/success`);
  await page.goto(`${it.address}/account/sessions`);
  await page.getByLabel('E-mail').waitFor();
  assert.deepEqual(faults, []);
});

test('no code, no token and no secret is in the log', () => {
  for (const text of [login.client_secret, 'eyJ', 'code=', 'state=']) assert.ok(!it.log().includes(text), text);
});
