/* Read by `npm run check` alone: what the client's types must refuse and must let through. Each line marked "expect" fails the
 * check when it is no error any more. Nothing imports this file, so it is in no bundle. */
import { api } from './client';
import type { Recipient, ReportDraft } from './types';

declare const recipient: Recipient;
declare const draft: ReportDraft;

export function check(): unknown[] {
  const listed = { kind: recipient.kind, name: recipient.name, rank: recipient.rank, unit_id: recipient.unit_id };
  const more = { ...listed, active: true };
  const authors = { ...draft, authors: [{ name: '', post: '', colour: 'red' }] };
  return [
    api('POST /recipients', { body: listed }),
    api('PUT /recipients/{id}', { path: { id: 1 }, version: 1, body: more }),
    api('POST /reports', { body: { ...draft, title: '' } }),
    api('POST /session', { body: { login: '', password: '' }, quiet_401: true }),
    api('DELETE /session'),
    api('GET /recipients'),
    // @ts-expect-error a variable with a member that only the other route lists
    api('POST /recipients', { body: more }),
    // @ts-expect-error a member too many inside a list
    api('POST /reports', { body: authors }),
    // @ts-expect-error a member too many in a literal
    api('POST /session', { body: { login: '', password: '', remember: true } }),
    // @ts-expect-error no body at all
    api('POST /session'),
    // @ts-expect-error a body where the route takes none
    api('DELETE /session', { body: { all: true } }),
    // @ts-expect-error no id for the path
    api('PUT /recipients/{id}', { body: more }),
  ];
}
