// Afterwards: the ledger of what was acknowledged against the database and against both nodes. Each check gives a
// list of what is wrong; an empty list is the proof.
import { must } from './proc.mjs';

const rows = async (cluster, sql) => {
  const text = await must(cluster.psql('minyi', sql), { timeout: 60000 });
  return text ? text.split('\n').map((line) => line.split('|')) : [];
};

/** Acknowledged reports: there, once, with their text, at the very version that was acknowledged. */
export async function reports({ cluster, recorder }) {
  const wrong = [];
  const found = new Map();
  for (const [id, title, situation, remarks, version, status, receipt] of await rows(cluster,
    "SELECT id, title, md5(situation), md5(COALESCE(remarks, '')), version, status, COALESCE(receipt, '') FROM report"
    + " WHERE title LIKE '关于切换演练的建议 %'")) {
    if (found.has(title)) wrong.push(`twice: ${title}`);
    if (!recorder.tried.has(title)) wrong.push(`never sent: ${title}`);
    found.set(title, { id: Number(id), situation, remarks, version: Number(version), status, receipt });
  }
  const { createHash } = await import('node:crypto');
  const md5 = (text) => createHash('md5').update(text).digest('hex');
  for (const [id, entry] of recorder.reports) {
    const have = found.get(entry.title);
    if (!have || have.id !== id) { wrong.push(`lost: report ${id} ${entry.title}`); continue; }
    if (have.situation !== md5(entry.situation)) wrong.push(`other text: report ${id}`);
    if (entry.remarks !== null && have.remarks !== md5(entry.remarks)) wrong.push(`lost: the saving of report ${id}`);
    if (entry.receipt && have.receipt !== entry.receipt) wrong.push(`lost: receipt ${entry.receipt} of report ${id}`);
    if (entry.desk ? have.version < entry.version : have.version !== entry.version)
      wrong.push(`report ${id} is at version ${have.version}, acknowledged was ${entry.version}`);
  }
  return wrong;
}

/** Each act is in the audit log once. */
export async function once({ cluster, recorder }) {
  const wrong = [];
  const count = new Map((await rows(cluster, "SELECT subject_id || ' ' || act, count(*) FROM audit WHERE subject_kind = 'report'"
    + " AND act IN ('report.create', 'report.submit') GROUP BY 1")).map(([name, times]) => [name, Number(times)]));
  const expect = (id, act) => {
    const times = count.get(`${id} ${act}`) ?? 0;
    if (times !== 1) wrong.push(`${act} of report ${id}: ${times} times`);
  };
  for (const [id, entry] of recorder.reports) {
    expect(id, 'report.create');
    if (entry.receipt) expect(id, 'report.submit');
  }
  return wrong;
}

/** Receipts and issue numbers: none missing, none twice; acknowledged issues are there. */
export async function numbers({ cluster, recorder }) {
  const wrong = [];
  const gaps = async (what, sql) => {
    for (const [group, have, different, span] of await rows(cluster, sql))
      if (have !== different || have !== span) wrong.push(`${what} of ${group}: ${have} given, ${different} different, spanning ${span}`);
  };
  await gaps('receipts', "SELECT committee_id || '/' || substr(receipt, 1, 4), count(*), count(DISTINCT receipt),"
    + ' max(CAST(substr(receipt, 6) AS BIGINT)) - min(CAST(substr(receipt, 6) AS BIGINT)) + 1 FROM report WHERE receipt IS NOT NULL GROUP BY 1');
  await gaps('issue numbers', "SELECT publication_id || '/' || year, count(*), count(DISTINCT number), max(number) - min(number) + 1 FROM issue GROUP BY 1");
  await gaps('issue totals', 'SELECT publication_id, count(*), count(DISTINCT total), max(total) - min(total) + 1 FROM issue GROUP BY 1');
  const have = new Map((await rows(cluster, 'SELECT id, article_id, number_text FROM issue')).map(([id, article, text]) => [Number(id), { article: Number(article), text }]));
  for (const [id, entry] of recorder.issues) {
    if (have.get(id)?.article !== entry.article || have.get(id)?.text !== entry.number_text) wrong.push(`lost: issue ${id} ${entry.number_text}`);
  }
  return wrong;
}

/** The same question at both nodes has the same answer. */
export async function same({ recorder, officer, editor }) {
  const wrong = [];
  const compare = async (user, path) => {
    const [first, second] = await Promise.all([0, 1].map(async (node) => user.twin(node).must('GET', path)));
    if (JSON.stringify(first) !== JSON.stringify(second)) wrong.push(`${path} differs`);
  };
  const paths = [...recorder.reports.keys()].map((id) => [officer, `/reports/${id}`]);
  for (const [id] of recorder.issues) paths.push([editor, `/issues/${id}`]);
  paths.push([officer, '/reports?limit=50'], [editor, '/issues?limit=50'], [editor, '/desk/reports?limit=50']);
  for (let i = 0; i < paths.length; i += 4) await Promise.all(paths.slice(i, i + 4).map(([user, path]) => compare(user, path)));
  return wrong;
}
