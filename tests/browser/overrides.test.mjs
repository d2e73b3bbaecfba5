// An override of a check as people meet it, on phones: an operator asks on the shipment's page, a manager with a second
// factor approves there, the shipment goes on, and the manager takes it back (DG-2, AUTHZ-7).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { looksRight } from './looks.mjs';
import { enrol } from './phone.mjs';
import { product } from './product.mjs';

let it;
before(async () => { it = await product(); });
after(async () => { await it?.close(); });

const PHONE = { viewport: { width: 390, height: 844 } };
const PERMIT = 'DOT-SP 12345 and M 359';

/** A shipment of petrol beside black powder; its address. */
async function prohibited() {
  const call = async (path, body, token) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await fetch(it.address + path, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return answer.json();
  };
  const { access_token: token } = await call('/api/v1/sessions', { email: 'operator@northwind.example', password: it.password });
  const party = name => ({ name, street: 'Waalhaven 12', postcode: '3089 JH', city: 'Rotterdam', country: 'Netherlands' });
  const lines = [
    { goods: 'UN1203', quantity: { value: '200', unit: 'L' }, packages: 1, packaging: 'steel drum' },
    { goods: 'UN0027', quantity: { value: '50', unit: 'kg NEM' }, packages: 5, packaging: 'boxes' },
  ];
  const { id } = await call('/api/v1/shipments', {
    regimes: ['us', 'adr'], consignor: party('Northwind Chemicals'), consignee: party('Elbe Farben GmbH'), lines,
    contact: { name: 'Duty desk', phone: '+31 10 555 0100', email: 'duty@northwind.example' },
  }, token);
  return `/shipments/${id}`;
}

test('an operator asks for an override on a phone, a manager approves it and takes it back', async () => {
  const shipment = await prohibited();
  const { page, faults } = await it.person('operator@northwind.example', PHONE);
  await page.goto(shipment);
  assert.equal(await page.getByText('Ask for an override').count(), 0, 'not before a check');
  await page.getByRole('button', { name: 'Check load' }).click();
  await page.getByRole('heading', { name: 'Ask for an override' }).waitFor();
  await looksRight(page, 'override-ask');
  await page.getByLabel('Permit or approval').fill(PERMIT);
  const days = new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString().slice(0, 10);
  await page.getByLabel('Valid until').fill(days);
  await page.getByLabel('Reason').fill('one vehicle for both until the bridge is repaired');
  await page.getByRole('button', { name: 'Ask for an override' }).click();
  await page.getByText('Everybody who may decide it is told.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Approve' }).count(), 0, 'not by who asked');
  await looksRight(page, 'override-waits');

  const { page: manager, faults: others } = await it.person('manager@northwind.example', { ...PHONE, colorScheme: 'dark' });
  await manager.goto('/security');
  await enrol(manager);
  await manager.goto('/shipments');
  await manager.getByText('override waits').waitFor();
  await manager.goto(shipment);
  await manager.getByText('30 days left').waitFor();
  await looksRight(manager, 'override-decide');
  await manager.getByLabel('Why you decide so').fill('saw both permits, they name this vehicle');
  await manager.getByRole('button', { name: 'Approve' }).click();
  await manager.getByText('its papers name the override').waitFor();
  await looksRight(manager, 'overridden-dark');

  await page.goto(shipment);
  await page.getByRole('heading', { name: 'Prohibited, and overridden' }).waitFor();
  await page.getByRole('button', { name: 'Mark ready' }).click();
  await page.getByText('The shipment is ready to leave.').waitFor();
  await page.getByText('Withdraw this override').waitFor();
  await looksRight(page, 'overridden');

  await manager.goto(shipment);
  await manager.getByText('Withdraw this override').click();
  await manager.getByLabel('Why it is withdrawn').fill('revoked');
  await manager.getByRole('button', { name: 'Withdraw', exact: true }).click();
  assert.equal(new URL(manager.url()).pathname, shipment, 'the browser asks for ten characters');
  await manager.getByLabel('Why it is withdrawn').fill('the authority has revoked the permit');
  await looksRight(manager, 'override-withdraw-dark');
  await manager.getByRole('button', { name: 'Withdraw', exact: true }).click();
  await manager.getByText('papers that name the override no longer count').waitFor();
  await page.goto(shipment);
  assert.equal(await page.getByText('US shipping paper').count(), 0, 'no paper of a draft');
  await page.getByText('Earlier overrides (1)').click();
  await page.getByText('the authority has revoked the permit').waitFor();
  await looksRight(page, 'override-withdrawn');
  assert.deepEqual([...faults, ...others], []);
});
