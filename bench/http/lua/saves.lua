-- Saves as browsers send them: of another attempt each time, one to three questions, each revision higher than the one
-- before, and at a question that comes again another choice: FILE FIRST_REVISION [MEAN_DELAY_MS].

local people, sent, base = {}, 0, 0

function init(args)
  base = tonumber(args[2])
  for line in io.lines(args[1]) do
    local cookie, csrf, attempt, questions = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
    local person = { questions = {} }
    person.head = "PUT /api/v1/attempts/" .. attempt .. "/answers HTTP/1.1\r\nHost: " .. wrk.headers["Host"]
      .. "\r\nCookie: " .. cookie .. "\r\nX-CSRF-Token: " .. csrf
      .. "\r\nContent-Type: application/json\r\nContent-Length: "
    for question, first, second in questions:gmatch("([^=;]+)=(.)(.)") do
      person.questions[#person.questions + 1] = { question, first, second }
    end
    people[#people + 1] = person
  end
  local mean = tonumber(args[3] or "0")
  if mean > 0 then
    math.randomseed(os.time())
    function delay() return math.floor(-mean * math.log(1 - math.random())) end
  end
end

function request()
  sent = sent + 1
  local person = people[sent % #people + 1]
  local round = math.floor(sent / #people)
  local items = {}
  for index = 0, sent % 3 do
    local question = person.questions[(round * 3 + index) % #person.questions + 1]
    items[index + 1] = string.format('{"question":"%s","options":["%s"],"rev":%d}',
      question[1], question[2 + math.floor(round / 10) % 2], base + sent)
  end
  local body = '{"batch":[' .. table.concat(items, ",") .. ']}'
  return person.head .. #body .. "\r\n\r\n" .. body
end
