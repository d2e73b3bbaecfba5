// Conveniences on top of plain forms; every page works without this file.
(() => {
  'use strict';

  const byId = (id) => document.getElementById(id);

  // An answer that no longer belongs to what is typed must never look current.
  const markStale = (event) => {
    if (event.target.closest('#load') && event.target.name !== 'show') {
      byId('load-result')?.classList.add('stale');
    }
  };
  document.addEventListener('input', markStale);
  document.addEventListener('picked', markStale);

  const refreshFailed = (event) => {
    if (event.detail.target?.id !== 'load-result') return;
    const error = byId('live-error');
    error.textContent = 'The answer could not be refreshed: what stands below is for the load as it was. '
      + 'Press “Check load” to try again.';
    error.hidden = false;
  };
  for (const name of ['htmx:responseError', 'htmx:sendError', 'htmx:timeout']) {
    document.addEventListener(name, refreshFailed);
  }

  // Suggestions: the list belongs to the field above it (ARIA combobox pattern).
  const listOf = (input) => byId(input.dataset.suggest);
  const close = (input) => {
    listOf(input).hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const prepare = (input) => {
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-controls', input.dataset.suggest);
    input.setAttribute('aria-expanded', 'false');
    const list = listOf(input);
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', 'Suggestions');
  };
  const mark = (input, option) => {
    for (const other of listOf(input).children) other.setAttribute('aria-selected', String(other === option));
    input.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  };
  const pick = (input, option) => {
    input.value = option.dataset.value;
    close(input);
    input.dispatchEvent(new Event('picked', { bubbles: true }));
  };
  const prepareAll = () => document.querySelectorAll('input[data-suggest]').forEach(prepare);
  prepareAll();

  document.addEventListener('keydown', (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement)) return;
    if (input.dataset.suggest && !listOf(input).hidden) {
      const options = [...listOf(input).children];
      const at = options.findIndex((option) => option.getAttribute('aria-selected') === 'true');
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        const step = event.key === 'ArrowDown' ? 1 : -1;
        const from = at < 0 && step < 0 ? 0 : at;
        mark(input, options[(from + step + options.length) % options.length]);
        event.preventDefault();
        return;
      }
      if (event.key === 'Enter' && at >= 0) {
        pick(input, options[at]);
        event.preventDefault();
        return;
      }
      if (event.key === 'Escape') {
        close(input);
        event.preventDefault();
        return;
      }
    }
    if (event.key === 'Enter' && !event.isComposing && input.closest('.line')) {
      event.preventDefault();
      byId('add-line')?.click();
    }
  });
  document.addEventListener('mousedown', (event) => {
    const option = event.target.closest('.option');
    if (!option) return;
    event.preventDefault();
    pick(document.querySelector(`input[data-suggest="${option.parentElement.id}"]`), option);
  });
  // Closing the list may shorten the page: while a button is pressed that would move it from under the pointer.
  let pressed = false;
  const leftOpen = new Set();
  document.addEventListener('pointerdown', () => { pressed = true; }, true);
  for (const name of ['pointerup', 'pointercancel']) {
    document.addEventListener(name, () => {
      pressed = false;
      setTimeout(() => {
        leftOpen.forEach((input) => { if (input.isConnected) close(input); });
        leftOpen.clear();
      });
    }, true);
  }
  document.addEventListener('focusout', (event) => {
    if (!event.target.dataset?.suggest) return;
    if (pressed) leftOpen.add(event.target);
    else close(event.target);
  });

  // What is typed while a line is being added is newer than what comes back: it stays, and is asked about.
  let typed = new Map();
  document.addEventListener('htmx:beforeSwap', (event) => {
    const { target, requestConfig } = event.detail;
    if (target.id !== 'load') return;
    const adds = requestConfig.elt.value === 'add';
    const fields = adds ? [...target.elements].filter((field) => field.id && field.name) : [];
    typed = new Map(fields.map((field) => [field.id, field.value]));
  });
  // After settling: only then the new fields are listened to.
  document.addEventListener('htmx:afterSettle', () => {
    for (const [id, value] of typed) {
      const field = byId(id);
      if (!field || field.value === value) continue;
      field.value = value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    typed.clear();
  });

  // Swaps: show suggestions, clear the stale mark, and put the focus where the work goes on.
  document.addEventListener('htmx:afterSwap', (event) => {
    const { target, requestConfig } = event.detail;
    if (target.id === 'load-result') {
      target.classList.remove('stale');
      byId('live-error').hidden = true;
    } else if (target.classList.contains('suggest')) {
      const input = document.querySelector(`input[data-suggest="${target.id}"]`);
      [...target.children].forEach((option, index) => { option.id = `${target.id}-${index}`; });
      const open = target.children.length > 0 && input === document.activeElement;
      target.hidden = !open;
      input.setAttribute('aria-expanded', String(open));
      input.removeAttribute('aria-activedescendant');
    } else if (target.id === 'load') {
      prepareAll();
      const goods = document.querySelectorAll('.line input[name="goods"]');
      const removed = /^remove-(\d+)$/.exec(requestConfig?.elt?.value ?? '');
      goods[removed ? Math.min(Number(removed[1]), goods.length) - 1 : goods.length - 1]?.focus();
    }
  });

  // Time that runs out: counted from when the page came, so that a clock that is set wrong does not matter, and told
  // anew once a minute.
  const counting = document.querySelectorAll('[data-left]');
  if (counting.length) {
    const came = Date.now();
    const inWords = (seconds) => {
      if (seconds <= 0) return 'over';
      const minutes = Math.floor(seconds / 60);
      if (minutes === 0) return 'less than a minute left';
      const hours = Math.floor(minutes / 60);
      return hours ? `${hours} h ${minutes % 60} min left` : `${minutes} min left`;
    };
    const count = () => {
      const gone = (Date.now() - came) / 1000;
      for (const element of counting) {
        const words = inWords(Number(element.dataset.left) - gone);
        if (element.textContent !== words) element.textContent = words;
      }
    };
    setInterval(count, 1000);
    document.addEventListener('visibilitychange', count);
  }

  // The emergency page of the shipment in view is kept on the device, for where there is no signal.
  const emergency = document.querySelector('a[data-keep]');
  if (emergency && 'serviceWorker' in navigator) {
    navigator.serviceWorker.addEventListener('message', (event) => {
      if (event.data?.kept === new URL(emergency.href).pathname) byId('kept').hidden = false;
    });
    navigator.serviceWorker.register('/worker.js', { scope: '/shipments/' })
      .then(() => navigator.serviceWorker.ready)
      .then((registration) => registration.active?.postMessage({ keep: emergency.href }))
      .catch(() => {});
  }
})();
