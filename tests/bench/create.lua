-- An officer saves a new draft.
dofile(os.getenv('MINYI_BENCH_LUA') .. '/write.lua')

function request()
  return create_request(officer())
end
