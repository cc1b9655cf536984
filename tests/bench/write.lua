-- Drafts, and what is sent when one is handed in.
dofile(os.getenv('MINYI_BENCH_LUA') .. '/common.lua')

local situation = '近期走访发现，该项工作推进两年来覆盖面不断扩大，但不同地段进度差别较大，群众反映最多的是等待时间长。' ..
  '抽查的十二处点位中，有四处设施长期闲置，三处缺少日常维护记录，个别点位的告示牌已经看不清楚。'
local analysis = '一是牵头单位不够明确，几家都管、又都管不到底；二是经费按年度安排，跨年事项接续不上。'
local suggestion = '建议由主管部门牵头，年内摸清底数，列出清单，逐项明确责任单位和完成时间，并向社会公布。' ..
  '建议简化办理环节，能在网上办的不再要求到场，需要多家单位会办的由首接单位负责到底。'
local form = '{"client_key":"%s","title":"关于破解社区老年食堂中后期管护缺位问题的建议","situation":"%s",' ..
  '"analysis":"%s","suggestion":"%s","category_id":8,"urgency":"normal"}'
local made = 0

local function headers(me)
  return { ['Cookie'] = me.cookie, ['X-CSRF-Token'] = me.csrf, ['Content-Type'] = 'application/json' }
end

function create_request(me)
  made = made + 1
  local key = string.format('%s-%d-%d', run, number, made)
  return wrk.format('POST', '/api/v1/reports', headers(me), form:format(key, situation, analysis, suggestion))
end

function submit_request(me, id)
  local all = headers(me)
  all['If-Match'] = '"1"'
  return wrk.format('POST', '/api/v1/reports/' .. id .. '/submit', all, '{"confirm_not_classified":true}')
end
