// Displays failures: what happened, what may help, and the id for the log.

import { element } from './dom.js';

export function showNotice(place, { title, detail = '', correlationId = '' }, onRetry = null) {
  const notice = element('div', { class: 'notice', role: 'alert' });
  notice.append(element('p', { class: 'notice-title' }, title));
  if (detail !== '') {
    notice.append(element('p', {}, detail));
  }
  if (correlationId !== '') {
    notice.append(element('p', { class: 'facts' }, 'Reference ', element('code', {}, correlationId)));
  }
  if (onRetry !== null) {
    notice.append(element('button', { type: 'button', onclick: onRetry }, 'Try again'));
  }
  place.replaceChildren(notice);
}

export function clearNotice(place) {
  place.replaceChildren();
}

// The notice for any exception.
export function noticeOf(error) {
  return {
    title: error.message,
    detail: error.detail ?? '',
    correlationId: error.correlationId ?? '',
  };
}
