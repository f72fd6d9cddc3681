-- Looks at one path from many addresses, as nginx sees them: PATH ADDRESSES [MEAN_DELAY_MS [HEADER]].

local requests, at = {}, 0

function init(args)
  for number = 1, tonumber(args[2]) do
    local address = string.format("10.%d.%d.%d", math.floor(number / 65536), math.floor(number / 256) % 256, number % 256)
    local headers = { ["Host"] = wrk.headers["Host"], ["X-Forwarded-For"] = address }
    if args[4] then
      local name, value = args[4]:match("^(.-): (.*)$")
      headers[name] = value
    end
    requests[number] = wrk.format("GET", args[1], headers)
  end
  local mean = tonumber(args[3] or "0")
  if mean > 0 then
    math.randomseed(os.time())
    function delay() return math.floor(-mean * math.log(1 - math.random())) end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end
