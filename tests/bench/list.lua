-- An officer looks at his newest twenty reports.
dofile(os.getenv('MINYI_BENCH_LUA') .. '/common.lua')

function request()
  return wrk.format('GET', '/api/v1/reports', { ['Cookie'] = officer().cookie })
end
