// Second factors as people meet them: an app is set up on a phone-sized screen, asked for at sign-in, and asked
// for again; and a company that demands one leads there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { app, enrol } from './phone.mjs';
import { product } from './product.mjs';

let it;
before(async () => { it = await product(); });
after(async () => { await it?.close(); });

const PHONE = { viewport: { width: 390, height: 844 } };
const ADMIN = 'admin@southcross.example';

async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${wide} px too wide at ${page.url()}`);
}

async function signIn(page, email) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(it.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

let code;
let backup;

test('an administrator sets up an app on a phone and keeps ten codes', async () => {
  const { page, faults } = await it.person(ADMIN, PHONE);
  await page.getByRole('link', { name: 'Security' }).click();
  await fits(page);
  await page.getByRole('button', { name: 'Set up app' }).click();
  await page.getByRole('heading', { name: 'Set up your app' }).waitFor();
  await fits(page);
  // It is loaded after the page; one that cannot be drawn makes `decode` fail.
  assert.ok(await page.locator('img.qr').evaluate(image => image.decode().then(() => image.naturalWidth > 200)), 'the QR code is drawn');
  await page.getByText('No camera?').click();
  await fits(page);
  code = app(await page.locator('.secret').textContent());
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Activate' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Code').fill(code());
  await page.getByRole('button', { name: 'Activate' }).click();
  await page.getByText('never again').waitFor();
  await fits(page);
  backup = await page.locator('.codes code').allTextContents();
  assert.equal(backup.length, 10);
  await page.goto('/security');
  await page.getByText('10 of 10 left').waitFor();
  assert.deepEqual(faults, []);
});

test('the next sign-in asks for the app, and a backup code stands in for it once', async () => {
  const { page, faults } = await it.person(undefined, PHONE);
  await signIn(page, ADMIN);
  await page.getByRole('heading', { name: 'Second step' }).waitFor();
  await fits(page);
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Code').fill(code());
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  for (const [attempt, good] of [[1, true], [2, false]]) {
    await signIn(page, ADMIN);
    await page.getByLabel('Code').fill(backup[0].toLowerCase());
    await page.getByRole('button', { name: 'Continue' }).click();
    if (good) await page.getByRole('button', { name: 'Sign out' }).click();
    else await page.getByRole('alert').waitFor();
    assert.ok(attempt);
  }
  assert.deepEqual(faults, []);
});

test('a company that demands a second factor leads whom it catches to set one up', async () => {
  const { page: admin } = await it.person(undefined, PHONE);
  await signIn(admin, ADMIN);
  await admin.getByLabel('Code').fill(backup[1]);
  await admin.getByRole('button', { name: 'Continue' }).click();
  await admin.goto('/security');
  await admin.getByLabel('A second factor is demanded of').selectOption('everyone');
  await admin.getByRole('button', { name: 'Set', exact: true }).click();
  await admin.waitForURL('**/security');

  const { page, faults } = await it.person('operator@southcross.example', PHONE);
  await page.getByText('Your company demands a second factor').waitFor();
  await page.goto('/shipments');
  await page.waitForURL('**/security');
  await fits(page);
  await enrol(page);
  await page.goto('/shipments');
  await page.getByRole('heading', { name: 'Shipments' }).waitFor();
  assert.deepEqual(faults, []);
});

test('no code and no secret is in the log', () => {
  for (const text of backup) assert.ok(!it.log().includes(text));
  assert.ok(!it.log().includes('otpauth'));
});
