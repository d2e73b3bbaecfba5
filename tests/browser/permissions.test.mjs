// What a person may do beside the role: given by a manager it is there at once, withheld it is gone (AUTHZ-2, AUTHZ-7).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { looksRight } from './looks.mjs';
import { product } from './product.mjs';
import { ship } from './shipment.mjs';

let it;
before(async () => { it = await product(); });
after(async () => { await it?.close(); });

const PHONE = { viewport: { width: 390, height: 844 } };
const REASON = 'stands in for a colleague who is ill';
const CHECK = 'Check whether goods may travel together';
const OWN = 'See the shipments one created';

/** Opens what a person may do, from the list of people. */
async function openPermissions(page, name) {
  await page.getByRole('link', { name: 'People', exact: true }).first().click();
  await page.getByRole('link', { name: `what ${name} may do` }).click();
  await page.getByRole('heading', { name: `What ${name} may do` }).waitFor();
}

const line = (page, text) => page.locator('.permissions > li', { hasText: text });

async function decide(page, text, what, choose) {
  const at = line(page, text);
  await at.locator('summary').click();
  await at.getByLabel('Until').selectOption(choose);
  await at.getByLabel('Reason').fill(REASON);
  await looksRight(page, `form-${what}`);
  await at.getByRole('button', { name: what }).click();
  await page.getByRole('status').waitFor();
}

test('a manager gives a viewer a section for a week and takes it back, and the viewer sees each at once', async () => {
  const { page: manager, faults } = await it.person('manager@northwind.example');
  const { page: viewer, faults: others } = await it.person('viewer@northwind.example', PHONE);
  const checker = viewer.getByRole('link', { name: 'Load checker' });
  assert.equal(await checker.count(), 0);
  await openPermissions(manager, 'Vera Lindt');
  await looksRight(manager, 'person-wide');
  assert.equal(await line(manager, CHECK).getByRole('img', { name: 'May not' }).count(), 1);
  await decide(manager, CHECK, 'Give', '7d');
  assert.match(await line(manager, CHECK).innerText(), /Given by Mira Novak, until .* UTC: stands in for a colleague who is ill/);
  await viewer.reload();
  await checker.click();
  await viewer.getByRole('heading', { name: 'Load checker' }).waitFor();

  await manager.getByRole('link', { name: 'Differs from the role (1)' }).click();
  assert.equal(await manager.locator('.permissions > li').count(), 1);
  await manager.getByRole('button', { name: 'Take back' }).click();
  await manager.getByText('The role alone decides again.').waitFor();
  assert.equal((await viewer.reload()).status(), 403);
  await viewer.getByRole('heading', { name: 'Not allowed' }).waitFor();
  assert.equal(await checker.count(), 0);
  assert.deepEqual([...faults, ...others], []);
});

test('what is withheld on a phone is gone at once, and nobody is offered to decide over themselves', async () => {
  const { page: manager, faults } = await it.person('manager@northwind.example', { ...PHONE, colorScheme: 'dark' });
  const { page: viewer } = await it.person('viewer@northwind.example', PHONE);
  await viewer.getByRole('link', { name: 'Shipments' }).waitFor();
  await openPermissions(manager, 'Vera Lindt');
  await looksRight(manager, 'person-dark');
  await decide(manager, OWN, 'Withhold', 'open');
  assert.match(await line(manager, OWN).innerText(), /Withheld by Mira Novak, until somebody ends it/);
  await viewer.goto('/account/sessions');
  assert.equal(await viewer.getByRole('link', { name: 'Shipments' }).count(), 0);
  await viewer.goto('/shipments');
  await viewer.getByText('This permission is withheld from you.').waitFor();
  await line(manager, OWN).getByRole('button', { name: 'No longer withhold' }).click();
  await manager.getByRole('status').waitFor();
  await viewer.goto('/shipments');
  await viewer.getByRole('heading', { name: 'Shipments' }).waitFor();

  await openPermissions(manager, 'Mira Novak');
  assert.match(await manager.locator('.lede').innerText(), /signs in as manager@northwind\.example/);
  await manager.getByText('somebody else decides what you may do').waitFor();
  assert.equal(await manager.locator('main form').count(), 0);
  assert.deepEqual(faults, []);
});

test('what each role holds is read on a phone, and an administrator changes a role', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const { page, faults } = await it.person('manager@northwind.example', { ...PHONE, colorScheme });
    await page.getByRole('link', { name: 'People', exact: true }).first().click();
    await looksRight(page, `people-${colorScheme}`);
    await page.getByRole('link', { name: 'Roles and permissions' }).click();
    const own = page.getByRole('row', { name: 'See the shipments one created' });
    assert.equal(await own.getByText('yes').count(), 7);
    assert.equal(await page.getByRole('row', { name: 'Read the audit trail' }).getByText('yes').count(), 2);
    await looksRight(page, `roles-${colorScheme}`);
    assert.deepEqual(faults, []);
  }
  const { page: admin } = await it.person('admin@northwind.example', PHONE);
  const { page: driver } = await it.person('driver@northwind.example', PHONE);
  await openPermissions(admin, 'Dario Conti');
  await admin.getByLabel('New role').selectOption('OPERATOR');
  await admin.getByLabel('Reason, for the audit trail', { exact: true }).fill('works in the office from Monday');
  await admin.getByRole('button', { name: 'Change role' }).click();
  await admin.getByText('every session of the person is over').waitFor();
  await driver.reload();
  await driver.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
});

test('on a phone a manager is shown whose address it is after saying why, once', async () => {
  const { page: manager, faults } = await it.person('manager@northwind.example', PHONE);
  await openPermissions(manager, 'Vera Lindt');
  const shown = manager.locator('.lede');
  assert.match(await shown.innerText(), /signs in as v\*\*\*@northwind\.example/);
  await manager.getByText('Show what is hidden').click();
  await manager.getByLabel('Reason, for the audit trail').first().fill('too short');
  await looksRight(manager, 'reveal-form');
  await manager.getByLabel('Reason, for the audit trail').first().fill('a letter to her came back');
  await manager.getByRole('button', { name: 'Show it once' }).click();
  await manager.getByText('That you saw it is recorded with your reason.').waitFor();
  assert.match(await shown.innerText(), /signs in as viewer@northwind\.example/);
  await looksRight(manager, 'revealed');
  await openPermissions(manager, 'Vera Lindt');
  assert.match(await shown.innerText(), /v\*\*\*@northwind/);
  assert.deepEqual(faults, []);
});

test('who was given to see shipments sees half a number, and who was given to reveal sees it whole for a reason', async () => {
  const { page: manager } = await it.person('manager@northwind.example');
  await openPermissions(manager, 'Vera Lindt');
  await decide(manager, 'See every shipment of the company', 'Give', '7d');
  const { page: viewer, faults } = await it.person('viewer@northwind.example', { ...PHONE, colorScheme: 'dark' });
  const { shipment } = await ship(it);
  await viewer.goto(shipment);
  await viewer.getByText('Emergency contact').waitFor();
  assert.match(await viewer.locator('.facts').innerText(), /\*\*\* \*\*\* \d{3}/);
  assert.equal(await viewer.locator('a[href^="tel:"]').count(), 0);
  assert.equal(await viewer.getByText('Show what is hidden').count(), 0);
  await looksRight(viewer, 'shipment-masked');
  await decide(manager, 'See personal data that is masked', 'Give', '7d');
  await viewer.reload();
  await viewer.getByText('Show what is hidden').click();
  await viewer.getByLabel('Reason, for the audit trail').fill('the consignee asks who sent it');
  await looksRight(viewer, 'shipment-reveal');
  await viewer.getByRole('button', { name: 'Show it once' }).click();
  await viewer.getByText('That you saw it is recorded with your reason.').waitFor();
  assert.doesNotMatch(await viewer.locator('.facts').innerText(), /\*\*\*/);
  assert.deepEqual(faults, []);
});
