// Displays a ReadLog: a table of the latest reads, totals, and a map of the object.

import { byId, element, svgElement } from './dom.js';
import { formatBytes, formatCount, formatMillis, formatPositions, formatShare } from './format.js';
import { ORIGINS, ReadLog } from './read-log.js';

const MAP_WIDTH = 1000;
const STATES = { open: 'going on', complete: 'complete', cut: 'cut short' };
const LIVE = { idle: '', connecting: 'connecting…', live: 'live', lost: 'connection lost, trying again…' };

export class ReadsView {
  #log = new ReadLog();
  #rows = new Map(); // by read id
  #frame = 0;

  report(read) {
    this.#log.report(read);
    this.#renderSoon();
  }

  clear() {
    this.#log = new ReadLog();
    this.#rows.clear();
    byId('reads-body').replaceChildren();
    this.setLive('idle');
    this.#renderSoon();
  }

  setLive(state) {
    const live = byId('live');
    live.dataset.state = state;
    live.textContent = LIVE[state];
  }

  // Reports may arrive faster than frames; a hidden page draws nothing.
  #renderSoon() {
    if (this.#frame === 0) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.#render();
      });
    }
  }

  #render() {
    const none = this.#log.totals.reads === 0;
    byId('reads-empty').hidden = !none;
    byId('reads-frame').hidden = none;
    byId('delivered').hidden = none;
    this.#renderTable();
    this.#renderTotals();
    this.#renderMap();
  }

  #renderTable() {
    const body = byId('reads-body');
    const latest = this.#log.latest;
    const rows = new Map();
    let place = body.firstElementChild;
    for (const read of latest) {
      const row = this.#rows.get(read.id) ?? { element: element('tr'), read: null };
      if (row.read !== read) {
        row.element.replaceChildren(...cellsOf(read));
        row.read = read;
      }
      // Rows that are in place are not moved: moving one would lose a selection in it.
      if (row.element === place) {
        place = place.nextElementSibling;
      } else {
        body.insertBefore(row.element, place);
      }
      rows.set(read.id, row);
    }
    for (const [id, row] of this.#rows) {
      if (!rows.has(id)) {
        row.element.remove();
      }
    }
    this.#rows = rows;
  }

  #renderTotals() {
    const { totals } = this.#log;
    const cached = totals.memory + totals.disk;
    byId('total-bytes').textContent = formatBytes(totals.bytes);
    byId('total-reads').textContent = formatCount(totals.reads);
    byId('total-hits').textContent = formatShare(cached, cached + totals.store);
    for (const origin of ORIGINS) {
      byId(`from-${origin}`).textContent = formatBytes(totals[origin]);
    }
  }

  #renderMap() {
    const { completeLength, coveredBytes, intervals } = this.#log;
    const known = completeLength !== null && completeLength > 0;
    byId('map-text').textContent = known
      ? `${formatShare(coveredBytes, completeLength)} of ${formatBytes(completeLength)}`
      : '';
    byId('map').replaceChildren(...(known ? intervals.map((part) => barOf(part, completeLength)) : []));
  }
}

function barOf({ firstPos, lastPos, origin }, completeLength) {
  const x = (MAP_WIDTH * firstPos) / completeLength;
  const width = (MAP_WIDTH * (lastPos - firstPos + 1)) / completeLength;
  // A single block of a long film would be too thin to see.
  return svgElement('rect', { x, y: 0, width: Math.max(width, 1.5), height: 10, class: origin ?? 'unknown' });
}

function cellsOf(read) {
  const firstByte = read.firstByteMillis ?? null;
  return [
    element('th', { scope: 'row' },
      element('code', {}, ...askedOf(read)),
      element('span', { class: 'facts' }, positionsOf(read))),
    element('td', {},
      element('span', { class: `status ${read.status >= 400 ? 'failed' : ''}` }, String(read.status)),
      element('span', { class: `facts state ${read.state}` }, STATES[read.state] ?? '')),
    element('td', { class: 'number' }, formatBytes(read.bytes)),
    element('td', { class: 'number time' },
      formatMillis(read.durationMillis ?? 0),
      element('span', { class: 'facts' }, firstByte === null ? '' : `first ${formatMillis(firstByte)}`)),
    element('td', {}, ...originsOf(read)),
  ];
}

// The unchanged value of the field, with one place where the line may break.
function askedOf(read) {
  if (read.range === undefined) {
    return [read.method === 'HEAD' ? 'HEAD' : 'no range'];
  }
  const mark = read.range.indexOf('=') + 1;
  return [read.range.slice(0, mark), element('wbr'), read.range.slice(mark)];
}

function positionsOf({ firstPos, lastPos }) {
  return firstPos === undefined || lastPos === undefined ? '' : formatPositions(firstPos, lastPos);
}

function originsOf(read) {
  const sum = ORIGINS.reduce((bytes, origin) => bytes + (read.bytesByOrigin?.[origin] ?? 0), 0);
  const present = ORIGINS.filter((origin) => (read.bytesByOrigin?.[origin] ?? 0) > 0);
  if (present.length === 0) {
    return ['–'];
  }
  return present.map((origin) => {
    const share = present.length === 1 ? '' : ` ${formatShare(read.bytesByOrigin[origin], sum)}`;
    return element('span', { class: 'origin' },
      element('span', { class: `swatch ${origin}` }), `${origin}${share}`);
  });
}
