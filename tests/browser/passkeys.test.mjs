// Passkeys as people meet them, with the virtual authenticator of the browser: added, asked for after the password and
// again, signing in alone; and a company that demands them leads there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { product } from './product.mjs';

let it;
before(async () => { it = await product(); });
after(async () => { await it?.close(); });

const PHONE = { viewport: { width: 390, height: 844 } };
const ADMIN = 'admin@southcross.example';
const MANAGER = 'manager@southcross.example';

/** A device that its owner unlocks, unless told otherwise (WebAuthn automation, Chromium's protocol). */
async function device(context, page) {
  const client = await context.newCDPSession(page);
  await client.send('WebAuthn.enable');
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
  return {
    credentials: async () => (await client.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    unlocks: isUserVerified => client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    holds: credential => client.send('WebAuthn.addCredential', { authenticatorId, credential }),
  };
}

async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${wide} px too wide at ${page.url()}`);
}

async function signedOut(page) {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

let kept;
let backup;

test('an administrator adds a passkey on a phone, gets ten codes, and signs in with the passkey alone', async () => {
  const { page, context, faults } = await it.person(ADMIN, PHONE);
  const phone = await device(context, page);
  await page.goto('/security');
  await fits(page);
  await page.getByLabel('Name of the new passkey').fill('Office phone');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('never again').waitFor();
  backup = await page.locator('.codes code').allTextContents();
  assert.equal(backup.length, 10);
  const [made] = await phone.credentials();
  assert.ok(made.isResidentCredential && made.rpId === 'localhost');
  await page.goto('/security');
  await page.getByRole('heading', { name: 'Office phone' }).waitFor();
  await fits(page);

  await signedOut(page);
  await fits(page);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await page.goto('/security');
  await page.getByText('Last used').waitFor();
  // The browser knows the device and makes no second passkey on it.
  await page.getByLabel('Name of the new passkey').fill('Again');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('already has a passkey of yours').waitFor();
  await page.getByLabel('New name of Office phone').fill('Pocket');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('heading', { name: 'Pocket' }).waitFor();
  // As it has counted by now.
  [kept] = await phone.credentials();
  await signedOut(page);
  assert.deepEqual(faults, []);
});

test('after the password the passkey is asked for, refused while nobody unlocks it, and a code does as well', async () => {
  const { page, context, faults } = await it.person(undefined, PHONE);
  const phone = await device(context, page);
  await phone.holds(kept);
  const begin = async () => {
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(ADMIN);
    await page.getByLabel('Password').fill(it.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Second step' }).waitFor();
  };
  await begin();
  await fits(page);
  await phone.unlocks(false);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByText('No passkey was used').waitFor();
  await fits(page);
  await phone.unlocks(true);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await signedOut(page);
  await begin();
  await page.getByLabel('Code').fill(backup[0]);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  [kept] = await phone.credentials();
  assert.deepEqual(faults, []);
});

test('a copy of a passkey that has counted less is refused, and its owner is told', async () => {
  const { page, context } = await it.person(undefined, PHONE);
  const phone = await device(context, page);
  await phone.holds(kept);
  const signIn = () => page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.goto('/sign-in');
  await signIn();
  await signedOut(page);

  const thief = await it.person(undefined, PHONE);
  const copy = await device(thief.context, thief.page);
  await copy.holds({ ...kept, signCount: 0 });
  await thief.page.goto('/sign-in');
  await thief.page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await thief.page.getByText('The passkey was not accepted').waitFor();
  await fits(thief.page);

  await signIn();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await page.goto('/security');
  await page.getByText('There may be a copy of this passkey').waitFor();
  await fits(page);
  [kept] = await phone.credentials();
});

test('a company that demands passkeys leads whom it catches to add one, and back', async () => {
  const { page: admin, context } = await it.person(undefined, PHONE);
  const phone = await device(context, admin);
  await phone.holds(kept);
  await admin.goto('/sign-in');
  await admin.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await admin.getByRole('button', { name: 'Sign out' }).waitFor();
  await admin.goto('/security');
  await admin.getByLabel('A passkey is demanded of').selectOption('managers');
  await admin.getByRole('button', { name: 'Set', exact: true }).click();
  await admin.waitForURL('**/security');
  assert.equal(await admin.getByLabel('A passkey is demanded of').inputValue(), 'managers');

  const { page, context: theirs, faults } = await it.person(MANAGER, PHONE);
  await device(theirs, page);
  await page.getByText('Your company demands a passkey').waitFor();
  await page.goto('/shipments');
  await page.waitForURL('**/security');
  await fits(page);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('never again').waitFor();
  const [code] = await page.locator('.codes code').allTextContents();
  await page.goto('/shipments');
  await page.getByRole('heading', { name: 'Shipments' }).waitFor();
  await signedOut(page);

  // With a backup code one gets as far as showing the passkey, which leads on to where one was going.
  await page.getByLabel('E-mail').fill(MANAGER);
  await page.getByLabel('Password').fill(it.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.goto('/shipments');
  await page.getByRole('heading', { name: 'Confirm it is you' }).waitFor();
  await page.getByText('Your company demands your passkey').waitFor();
  await fits(page);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForURL('**/shipments');
  await page.getByRole('heading', { name: 'Shipments' }).waitFor();
  assert.deepEqual(faults, []);
});

test('who has no JavaScript signs in with the password and sees no button that does nothing', async () => {
  const { page } = await it.person(undefined, { ...PHONE, javaScriptEnabled: false });
  await page.goto('/sign-in');
  assert.equal(await page.getByRole('button', { name: 'Sign in with a passkey' }).isVisible(), false);
  assert.equal(await page.getByRole('button', { name: 'Sign in', exact: true }).isVisible(), true);
});

test('no code, no challenge and no answer is in the log', () => {
  for (const text of [...backup, 'clientDataJSON', 'challenge"', 'spa_']) assert.ok(!it.log().includes(text), text);
});
