// A shipment for tests that are about something else, made over the API.
import assert from 'node:assert/strict';

/** A shipment of the operator of Northwind, which is nobody else's; its address and its number. */
export async function ship(it) {
  const call = async (path, body, token) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await fetch(it.address + path, { method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body) });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return answer.json();
  };
  const { access_token: token } = await call('/api/v1/sessions', { email: 'operator@northwind.example', password: it.password });
  const party = name => ({ name, street: 'Waalhaven 12', postcode: '3089 JH', city: 'Rotterdam', country: 'Netherlands' });
  const line = { goods: 'UN1017', quantity: { value: '50', unit: 'kg' }, packages: 1, packaging: 'cylinders' };
  const { id } = await call('/api/v1/shipments', {
    regimes: ['us', 'adr'], consignor: party('Northwind Chemicals'), consignee: party('Elbe Farben GmbH'), lines: [line],
    contact: { name: 'Duty desk', phone: '+31 10 555 0100', email: 'duty@northwind.example' },
  }, token);
  const made = await call(`/api/v1/shipments/${id}`, undefined, token);
  return { number: made.tracking_number, shipment: `/shipments/${id}` };
}
