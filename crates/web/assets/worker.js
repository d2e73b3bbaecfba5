// Keeps the emergency pages of shipments on the device, so that they open without signal; keeps nothing else.
'use strict';

const KEPT = 'emergency-1';
const MOST = 20;
const PATIENCE = 4000;

const isPanel = (url) => url.origin === location.origin && /^\/shipments\/[^/]+\/emergency$/.test(url.pathname);

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil((async () => {
  const old = (await caches.keys()).filter((name) => name !== KEPT);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
})()));

// The page with the style sheet and the drawings it names; of many pages the oldest go.
async function keep(address, response) {
  const cache = await caches.open(KEPT);
  const text = await response.clone().text();
  const files = [...text.matchAll(/(?:src|href)="(\/assets\/[^"#]+)"/g)].map((found) => found[1]);
  await Promise.all([...new Set(files)].map(async (file) => {
    const answer = await fetch(file);
    if (answer.ok) await cache.put(file, answer);
  }));
  await cache.delete(address);
  await cache.put(address, response.clone());
  const panels = (await cache.keys()).filter((request) => isPanel(new URL(request.url)));
  await Promise.all(panels.slice(0, Math.max(0, panels.length - MOST)).map((request) => cache.delete(request)));
}

// From the network as long as there is one; the copy kept where there is none or nobody is signed in any more.
// A page this person may no longer see is forgotten.
async function panel(request) {
  const cache = await caches.open(KEPT);
  let response;
  try {
    response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
  } catch (error) {
    const kept = await cache.match(request.url);
    if (kept) return kept;
    throw error;
  }
  if (response.ok && !response.redirected) {
    await keep(request.url, response);
    return response;
  }
  if (response.status === 403 || response.status === 404) {
    await cache.delete(request.url);
    return response;
  }
  return (await cache.match(request.url)) ?? response;
}

async function file(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (isPanel(url)) event.respondWith(panel(request));
  else if (url.pathname.startsWith('/assets/')) event.respondWith(file(request));
});

// A page asks for a panel to be kept before anybody needs it, and is told when it is.
self.addEventListener('message', (event) => event.waitUntil((async () => {
  const url = new URL(event.data?.keep ?? '', location.origin);
  if (!isPanel(url)) return;
  const response = await fetch(url.href, { credentials: 'same-origin', redirect: 'manual' });
  if (!response.ok) return;
  await keep(url.href, response);
  event.source?.postMessage({ kept: url.pathname });
})()));
