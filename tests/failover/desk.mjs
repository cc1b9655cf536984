// The desk under load: takes submitted reports through gates and signatures to a numbered issue, over both nodes, so
// that numbers are given while machines fail.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Abandoned } from './load.mjs';

async function adopt({ editor, catalog }, id, pause) {
  await editor.must('POST', `/desk/reports/${id}/claim`, { body: {} });
  const view = await editor.must('GET', `/desk/reports/${id}`);
  for (const gate of view.gates) {
    await editor.must('PUT', `/desk/reports/${id}/gates/${gate.gate_id}`,
      { body: { result: 'pass', checked: [1], text_sha256: view.report.text_sha256 } });
    await pause();
  }
  const { report } = await editor.must('GET', `/desk/reports/${id}`);
  const publication = catalog.publications.find((each) => each.kind === 'forward' && each.committee_id === report.committee_id);
  return (await editor.must('POST', `/desk/reports/${id}/adopt`,
    { body: { publication_id: publication.id }, version: report.version, key: randomUUID() })).article_id;
}

async function sign({ editor, head, secretary }, article, pause) {
  const path = `/articles/${article}`;
  const now = await editor.must('GET', path);
  for (const gate of now.gates.filter((each) => !each.result || each.stale)) {
    await editor.must('PUT', `${path}/gates/${gate.gate_id}`, { body: { result: 'pass', checked: [1], text_sha256: now.text_sha256 } });
    await pause();
  }
  for (const [user, act] of [[editor, 'send'], [head, 'sign'], [secretary, 'sign']]) {
    const { version } = await user.must('GET', path);
    await user.change('POST', `${path}/${act}`, {}, version, path);
    await pause();
  }
  return editor.must('GET', path);
}

/** People: {editor, head, secretary, catalog}; TAKEN: ids of submitted reports, newest last. */
export async function desk(people, taken) {
  const { recorder } = people.editor;
  for (let turn = 0; !recorder.stopping; turn++) {
    const id = taken.pop();
    if (id === undefined) { await sleep(300); continue; }
    const users = [people.editor, people.head, people.secretary];
    users.forEach((user, i) => { user.node = (turn + i) % 2; });
    const pause = () => sleep(60);
    try {
      const entry = recorder.reports.get(id);
      entry.desk = true; // others than its author change it from here on
      const article = await adopt(people, id, pause);
      const done = await sign(people, article, pause);
      if (!done.issue_id) throw new Error(`article ${article} was signed by all and is ${done.status} without an issue`);
      recorder.issues.set(done.issue_id, { article, number_text: done.issue_number_text });
    } catch (error) {
      if (error instanceof Abandoned) return;
      recorder.troubles.push(error.message);
    }
    await sleep(200);
  }
}
