// Who carries a shipment and who leads whom, as people meet it on phones (AUTHZ-5, AUTHZ-7).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { looksRight } from './looks.mjs';
import { product } from './product.mjs';

let it;
before(async () => { it = await product(); });
after(async () => { await it?.close(); });

const PHONE = { viewport: { width: 390, height: 844 } };

test('a manager puts a driver into a supervisor’s team, who then sees that driver and nobody else', async () => {
  const { page: lead, faults } = await it.person('supervisor@northwind.example', PHONE);
  await lead.goto('/people');
  await lead.getByText('Nobody is in your team.').waitFor();
  await looksRight(lead, 'team-empty');
  const { page: manager, faults: others } = await it.person('manager@northwind.example', { ...PHONE, colorScheme: 'dark' });
  await manager.goto('/people');
  await looksRight(manager, 'people-with-teams');
  const row = manager.locator('tr', { hasText: 'Supervisor' }).first();
  await row.getByRole('link', { name: /^Team/ }).click();
  await manager.getByRole('heading', { name: /^Team of / }).waitFor();
  await manager.getByLabel(/Driver$/).first().check();
  await looksRight(manager, 'team');
  await manager.getByRole('button', { name: 'Save team' }).click();
  await manager.getByText('The team is saved.').waitFor();
  await lead.goto('/people');
  assert.equal(await lead.locator('table.people tbody tr').count(), 1);
  await lead.locator('table.people').getByText('Driver').waitFor();
  await looksRight(lead, 'team-of-one');
  assert.equal(await lead.getByRole('link', { name: 'Roles and permissions' }).count(), 0);
  assert.deepEqual([...faults, ...others], []);
});
