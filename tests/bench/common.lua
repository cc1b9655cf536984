-- What the load scripts share: who is signed in, and one line of JSON at the end.
-- MINYI_BENCH_LOAD names a Lua file: {officers = {{cookie, csrf, ids = {…}}, …}, editor = {cookie, csrf}, run = "…"}.
local load_data = dofile(os.getenv('MINYI_BENCH_LOAD'))

local threads = 0
function setup(thread)
  thread:set('number', threads)
  threads = threads + 1
end

-- The same requests in every run, other ones in every thread.
function init()
  math.randomseed(7919 * (number + 1))
end

function officer()
  return load_data.officers[math.random(#load_data.officers)]
end
editor = load_data.editor
run = load_data.run

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('RESULT {"requests": %d, "us": %d, "p50": %d, "p99": %d, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
