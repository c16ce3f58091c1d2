package io.rangestream.app.page;

/**
 * JavaScript functions that read by fetch, to be evaluated in a browser page. Used by the browser
 * tests.
 */
public final class PageReaders {
    /** Reads exact ranges one after another, and returns each response as the page sees it. */
    public static final String READ_WINDOWS =
            """
            async ([url, ranges]) => {
              const windows = [];
              for (const range of ranges) {
                const answer = await fetch(url, { headers: { Range: range } });
                const bytes = await answer.arrayBuffer();
                const digest = await crypto.subtle.digest('SHA-256', bytes);
                windows.push({
                  status: answer.status,
                  contentRange: answer.headers.get('Content-Range'),
                  contentLength: answer.headers.get('Content-Length'),
                  acceptRanges: answer.headers.get('Accept-Ranges'),
                  entityTag: answer.headers.get('ETag'),
                  bytes: bytes.byteLength,
                  sha256: Array.from(new Uint8Array(digest)),
                });
              }
              return windows;
            }
            """;

    /**
     * Begins to read the whole object, aborts once the head has arrived, and then reads it in
     * parts, the last one first.
     */
    public static final String ABORT_THEN_READ_PARTS =
            """
            async url => {
              const aborter = new AbortController();
              const whole = await fetch(url, { signal: aborter.signal });
              if (whole.status !== 200 || whole.headers.get('Accept-Ranges') !== 'bytes') {
                throw new Error(`no ranges: ${whole.status}`);
              }
              const bytes = new Uint8Array(Number(whole.headers.get('Content-Length')));
              aborter.abort();

              const readPart = async begin => {
                const end = Math.min(begin + 65536, bytes.length);
                const range = `bytes=${begin}-${end - 1}`;
                const answer = await fetch(url, { headers: { Range: range } });
                const part = await answer.arrayBuffer();
                if (answer.status !== 206 || part.byteLength !== end - begin) {
                  throw new Error(`${range}: ${answer.status}, ${part.byteLength} bytes`);
                }
                bytes.set(new Uint8Array(part), begin);
              };
              const begins = [];
              for (let begin = 0; begin < bytes.length; begin += 65536) {
                begins.unshift(begin);
              }
              await readPart(begins.shift());
              while (begins.length > 0) {
                await Promise.all(begins.splice(0, 4).map(readPart));
              }
              return Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
            }
            """;

    private PageReaders() {}
}
