-- An officer saves a new draft and hands it in: two requests, two commits on the disk.
-- A reply does not tell whose connection it came on, so drafts wait in a line for the next free one.
dofile(os.getenv('MINYI_BENCH_LUA') .. '/write.lua')

local waiting = {}
local authors = {} -- account id → who
for _, me in ipairs(dofile(os.getenv('MINYI_BENCH_LOAD')).officers) do authors[me.account] = me end

function request()
  local draft = table.remove(waiting)
  if draft then return submit_request(authors[draft.author], draft.id) end
  return create_request(officer())
end

function response(status, headers, body)
  local id = status == 201 and body:match('^{"id":(%d+)')
  if id then waiting[#waiting + 1] = { id = id, author = tonumber(body:match('"author_id":(%d+)')) } end
end
