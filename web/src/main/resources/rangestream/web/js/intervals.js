// Disjoint intervals of bytes in ascending order, each with the origin of its bytes. Positions are
// inclusive at both ends.

// Adds an interval; it replaces the overlapping parts of others.
export function lay(intervals, added) {
  const result = [];
  for (const old of intervals) {
    if (old.firstPos < added.firstPos) {
      result.push({ ...old, lastPos: Math.min(old.lastPos, added.firstPos - 1) });
    }
    if (old.lastPos > added.lastPos) {
      result.push({ ...old, firstPos: Math.max(old.firstPos, added.lastPos + 1) });
    }
  }
  result.push({ ...added });
  result.sort((a, b) => a.firstPos - b.firstPos);
  return join(result);
}

// The number of bytes in the intervals.
export function coveredBytes(intervals) {
  return intervals.reduce((sum, { firstPos, lastPos }) => sum + lastPos - firstPos + 1, 0);
}

function join(sorted) {
  const result = [];
  for (const next of sorted) {
    const last = result[result.length - 1];
    if (last !== undefined && last.origin === next.origin && last.lastPos + 1 === next.firstPos) {
      last.lastPos = next.lastPos;
    } else {
      result.push(next);
    }
  }
  return result;
}
