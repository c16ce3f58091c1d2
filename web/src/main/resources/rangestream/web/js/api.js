// The server's listings, and its failures as one kind of error.

import { objectPath, queryOf } from './paths.js';

const PAGE_SIZE = 100;

// A failure that can be shown: a sentence, and the correlation id by which the server's log knows it.
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

// One page of a folder: its own objects, and the folders in it.
export async function listObjects({ bucket, folder, pageToken = '', signal }) {
  const parameters = { prefix: folder, delimiter: '/', 'page-size': PAGE_SIZE };
  if (pageToken !== '') {
    parameters['page-token'] = pageToken;
  }
  const path = `api/buckets/${encodeURIComponent(bucket)}/objects${queryOf(parameters)}`;
  const page = await getJson(path, signal);
  return {
    // proto3 JSON leaves out what is empty, and writes 64-bit numbers as text.
    objects: (page.objects ?? []).map((object) => ({
      key: object.key,
      completeLength: Number(object.completeLength ?? 0),
      lastModified: object.lastModified ?? '',
    })),
    folders: page.commonPrefixes ?? [],
    nextPageToken: page.nextPageToken ?? '',
  };
}

// Why an object can't be had; null where its bytes can. A media element does not tell.
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
    throw asServerError(error, 'The server’s answer could not be read.');
  }
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    throw asServerError(error, 'The server does not answer.');
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
    // Not ours: a proxy's page, perhaps. The status says enough.
  }
  return new ServerError(problem.title ?? `The server answered ${response.status}.`, {
    detail: problem.detail ?? '',
    correlationId: problem.correlationId ?? '',
    status: response.status,
  });
}
