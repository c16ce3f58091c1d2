// Formats numbers for people.

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

export function formatCount(count) {
  return whole.format(count);
}

// In powers of a thousand, with three digits at most before the unit: 999,950 is "1 MB".
export function formatBytes(bytes) {
  let value = bytes;
  let unit = 0;
  while (Number(value.toFixed(value < 100 ? 1 : 0)) >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const number = unit === 0 || value >= 99.95 ? whole.format(value) : tenths.format(value);
  return `${number} ${UNITS[unit]}`;
}

export function formatMillis(millis) {
  if (millis < 9.95) {
    return `${tenths.format(millis)} ms`;
  }
  if (millis < 999.5) {
    return `${whole.format(millis)} ms`;
  }
  const seconds = millis / 1000;
  if (seconds < 59.95) {
    return `${tenths.format(seconds)} s`;
  }
  const minutes = Math.floor(Math.round(seconds) / 60);
  return `${minutes} min ${Math.round(seconds) % 60} s`;
}

// A share of a whole in per cent. Rounded to 0 or 100 only if it is exact.
export function formatShare(part, of) {
  if (of <= 0) {
    return '–';
  }
  const percent = (100 * part) / of;
  if (percent > 0 && percent < 1) {
    return '< 1 %';
  }
  return percent < 100 ? `${Math.min(99, Math.round(percent))} %` : '100 %';
}

// Positions are inclusive, as in Content-Range.
export function formatPositions(firstPos, lastPos) {
  return `${whole.format(firstPos)} – ${whole.format(lastPos)}`;
}

export function formatDate(instant) {
  const time = new Date(instant);
  return Number.isNaN(time.getTime())
    ? ''
    : time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}
