// Passkeys: asks the browser for one, and sends what it answers with the form. A form that needs this file is hidden
// until it runs; whoever shows codes does without it.
(() => {
  'use strict';

  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(
    atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const keys = (list) => (list ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

  // What the server sends, as the browser takes it (WebAuthn Level 3, 5.1.8 and 5.1.9).
  const toCreate = (options) => ({
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: keys(options.excludeCredentials),
  });
  const toGet = (options) => ({
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: keys(options.allowCredentials),
  });

  // What the browser answers, as the server takes it.
  const answer = ({ id, rawId, type, response }) => {
    const sent = { clientDataJSON: text(response.clientDataJSON) };
    if (response.attestationObject) {
      sent.attestationObject = text(response.attestationObject);
      sent.transports = response.getTransports?.() ?? [];
    } else {
      sent.authenticatorData = text(response.authenticatorData);
      sent.signature = text(response.signature);
      sent.userHandle = response.userHandle ? text(response.userHandle) : null;
    }
    return JSON.stringify({ id, rawId: text(rawId), type, response: sent, clientExtensionResults: {} });
  };

  const WORDS = {
    NotAllowedError: 'No passkey was used. Perhaps it was cancelled, took too long, or there is none for this site on this device.',
    InvalidStateError: 'This device already has a passkey of yours.',
    SecurityError: 'Passkeys do not work at this address.',
    NotSupportedError: 'This device cannot make such a passkey.',
  };

  const begin = async (form) => {
    const sent = await fetch(form.dataset.begin, {
      method: 'POST',
      body: new URLSearchParams(new FormData(form)),
      headers: { 'HX-Request': 'true' },
    });
    // Something is to be proved first.
    const place = sent.headers.get('HX-Redirect');
    if (place) {
      location.assign(place);
      return null;
    }
    const isJson = sent.headers.get('Content-Type')?.startsWith('application/json');
    if (!sent.ok || !isJson) throw new Error('refused');
    return sent.json();
  };

  const run = async (form) => {
    const begun = await begin(form);
    if (!begun) return;
    const credential = form.dataset.passkey === 'create'
      ? await navigator.credentials.create({ publicKey: toCreate(begun.options) })
      : await navigator.credentials.get({ publicKey: toGet(begun.options) });
    if (begun.attempt) form.elements.attempt.value = begun.attempt;
    form.elements.passkey.value = answer(credential);
    form.submit();
  };

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const error = form.querySelector('[role="alert"]');
    const button = form.querySelector('button');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      error.hidden = true;
      button.disabled = true;
      run(form).catch((problem) => {
        error.textContent = WORDS[problem.name] ?? 'That did not work. Load the page again and try once more.';
        error.hidden = false;
      }).finally(() => { button.disabled = false; });
    });
    form.hidden = false;
  }
})();
