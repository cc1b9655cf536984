-- The editor looks at what was kept, one category at a time.
dofile(os.getenv('MINYI_BENCH_LUA') .. '/common.lua')

function request()
  return wrk.format('GET', '/api/v1/desk/reports?status=kept&category_id=' .. math.random(14),
    { ['Cookie'] = editor.cookie })
end
