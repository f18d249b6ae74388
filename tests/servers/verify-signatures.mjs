// Signs the requests of a RecordingProxy's log again, with the signer of AWS's own SDK, and compares.
//   node verify-signatures.mjs MODULES-FOLDER LOG KEY-ID SECRET REGION
// Prints "N verified", or the first request whose signature is another, and fails.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const [modules, log, accessKeyId, secretAccessKey, region] = process.argv.slice(2);
const require = createRequire(modules + '/');
const { SignatureV4 } = require('@smithy/signature-v4');
const { Sha256 } = require('@aws-crypto/sha256-js');

function queryOf(text) {
  const query = {};
  for (const part of text.split('&').filter(Boolean)) {
    const [name, value = ''] = part.split(/=(.*)/s);
    query[decodeURIComponent(name)] = decodeURIComponent(value);
  }
  return query;
}

let verified = 0;
for (const line of readFileSync(log, 'utf8').split('\n').filter(Boolean)) {
  const { method, uri, headers } = JSON.parse(line);
  const names = /SignedHeaders=([^,]*)/.exec(headers.authorization)[1].split(';');
  const signed = Object.fromEntries(names.map((name) => [name, headers[name]]));
  const date = headers['x-amz-date'].replace(/^(....)(..)(..T..)(..)(..)Z$/, '$1-$2-$3:$4:$5Z');
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region,
    service: 's3',
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const [path, query = ''] = uri.split(/\?(.*)/s);
  const expected = await signer.sign(
    { method, protocol: 'http:', hostname: headers.host, path, query: queryOf(query), headers: signed },
    { signingDate: new Date(date), signableHeaders: new Set(names) },
  );
  const signature = (text) => /Signature=([0-9a-f]+)/.exec(text)[1];
  for (const name of ['host', 'x-amz-date', 'x-amz-content-sha256']) {
    if (!names.includes(name)) throw new Error(`${name} is not signed: ${line}`);
  }
  if (signature(headers.authorization) !== signature(expected.headers.authorization)) {
    throw new Error(`another signature is expected: ${line}\n${expected.headers.authorization}`);
  }
  verified += 1;
}
console.log(`${verified} verified`);
