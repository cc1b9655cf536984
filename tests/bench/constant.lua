-- The reference: bare libmicrohttpd, asked with a header of the same size as ours.
dofile(os.getenv('MINYI_BENCH_LUA') .. '/common.lua')

function request()
  return wrk.format('GET', '/api/v1/reports/1', { ['Cookie'] = officer().cookie })
end
