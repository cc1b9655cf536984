-- The editor looks at the queue: what is open, newest first.
dofile(os.getenv('MINYI_BENCH_LUA') .. '/common.lua')

function request()
  return wrk.format('GET', '/api/v1/desk/reports', { ['Cookie'] = editor.cookie })
end
