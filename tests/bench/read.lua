-- An officer reads one of his own reports.
dofile(os.getenv('MINYI_BENCH_LUA') .. '/common.lua')

function request()
  local me = officer()
  return wrk.format('GET', '/api/v1/reports/' .. me.ids[math.random(#me.ids)], { ['Cookie'] = me.cookie })
end
