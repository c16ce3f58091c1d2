// Requests to the server for listings; its failures become one kind of error.

import { objectPath, queryOf } from './paths.js';

const PAGE_SIZE = 100;

// A failure that can be displayed: a sentence, and the correlation id that the log of the server has
// too.
export class ServerError extends Error {
  constructor(title, { detail = '', correlationId = '', status = 0 } = {}) {
    super(title);
    this.name = 'ServerError';
    this.detail = detail;
    this.correlationId = correlationId;
    this.status = status;
  }
}

export async function listBuckets({ pageToken = '', signal } = {}) {
  const query = queryOf(pageToken === '' ? {} : { 'page-token': pageToken });
  const page = await getJson(`api/buckets${query}`, signal);
  return {
    names: (page.buckets ?? []).map((bucket) => bucket.name),
    nextPageToken: page.nextPageToken ?? '',
  };
}

// One page of a folder: its objects and its subfolders.
export async function listObjects({ bucket, folder, pageToken = '', signal }) {
  const parameters = { prefix: folder, delimiter: '/', 'page-size': PAGE_SIZE };
  if (pageToken !== '') {
    parameters['page-token'] = pageToken;
  }
  const path = `api/buckets/${encodeURIComponent(bucket)}/objects${queryOf(parameters)}`;
  const page = await getJson(path, signal);
  return {
    // proto3 JSON omits empty fields and writes 64-bit numbers as text.
    objects: (page.objects ?? []).map((object) => ({
      key: object.key,
      completeLength: Number(object.completeLength ?? 0),
      lastModified: object.lastModified ?? '',
    })),
    folders: page.commonPrefixes ?? [],
    nextPageToken: page.nextPageToken ?? '',
  };
}

// The reason why an object can't be read; null if its bytes can be read. A media element does not
// report it.
export async function failureOf(film, signal) {
  try {
    const response = await request(objectPath(film), { signal, headers: { Range: 'bytes=0-0' } });
    await response.body?.cancel();
    return null;
  } catch (error) {
    if (error instanceof ServerError) {
      return error;
    }
    throw error;
  }
}

async function getJson(path, signal) {
  const response = await request(path, { signal, headers: { Accept: 'application/json' } });
  try {
    return await response.json();
  } catch (error) {
    throw asServerError(error, 'The server’s response could not be read.');
  }
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    throw asServerError(error, 'The server does not respond.');
  }
  if (!response.ok) {
    throw await problemOf(response);
  }
  return response;
}

function asServerError(error, title) {
  return error.name === 'AbortError' ? error : new ServerError(title);
}

async function problemOf(response) {
  let problem = {};
  try {
    problem = (await response.json()) ?? {};
  } catch {
    // Not a problem of this server, perhaps the page of a proxy. The status is enough.
  }
  return new ServerError(problem.title ?? `The server responded with ${response.status}.`, {
    detail: problem.detail ?? '',
    correlationId: problem.correlationId ?? '',
    status: response.status,
  });
}
