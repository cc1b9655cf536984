// A reader of /events as a browser's EventSource is, but without its reconnecting.

/** Opens the stream as CLIENT; next() is the next event {event, data}, or null at the end. */
export async function openStream(client) {
  const stop = new AbortController();
  const reply = await fetch(client.url + '/api/v1/events', { headers: { Cookie: client.cookie, Accept: 'text/event-stream' }, signal: stop.signal });
  const queue = [], takers = [];
  let ended = reply.status !== 200;
  const give = (value) => (takers.length ? takers.shift()(value) : queue.push(value));
  const read = async () => {
    let text = '';
    try {
      for await (const piece of reply.body.pipeThrough(new TextDecoderStream())) {
        text += piece;
        for (let at; (at = text.indexOf('\n\n')) >= 0; text = text.slice(at + 2)) {
          const lines = text.slice(0, at).split('\n');
          const value = (name) => lines.find((line) => line.startsWith(name + ': '))?.slice(name.length + 2);
          if (value('event')) give({ event: value('event'), data: JSON.parse(value('data')) });
        }
      }
    } catch { /* closed by us, or torn off */ }
    ended = true;
    while (takers.length) takers.shift()(null);
  };
  const reading = read();
  return {
    status: reply.status,
    headers: reply.headers,
    waiting: () => queue.length,
    next: () => (queue.length ? Promise.resolve(queue.shift()) : ended ? Promise.resolve(null)
      : new Promise((taken, failed) => {
        const timer = setTimeout(() => failed(new Error('no event within a minute')), 60_000);
        takers.push((value) => { clearTimeout(timer); taken(value); });
      })),
    close: async () => { stop.abort(); await reading; },
  };
}
