-- The mix of a closing hour from one generator, to find how much of it fits:
-- FOLDER_OF_SCRIPTS FOLDER_OF_REQUESTS FIRST_REVISION FIRST_START FIRST_SUBMISSION BOARD_PATH.
-- Of twenty requests fourteen are saves, one is a start, two are submissions, three look at the board.

local function prepared(script, args)
  dofile(script)
  init(args)
  return request
end

function init(args)
  local lines, folder = args[1] .. "/lines.lua", args[2]
  local save = prepared(args[1] .. "/saves.lua", { folder .. "/writers.tsv", args[3] })
  local start = prepared(lines, { folder .. "/starts.tsv", args[4], "1000000", "once" })
  local submit = prepared(lines, { folder .. "/submits.tsv", args[5], "1000000", "once" })
  local board, sent = wrk.format("GET", args[6]), 0
  local turns = {}
  for turn = 0, 19 do
    turns[turn] = save
  end
  turns[3] = start
  turns[9], turns[16] = submit, submit
  for _, turn in ipairs({ 1, 7, 14 }) do
    turns[turn] = function() return board end
  end
  function request()
    sent = sent + 1
    return turns[sent % 20]()
  end
end
