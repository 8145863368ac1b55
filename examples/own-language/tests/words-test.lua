local words = require("words")

local number = 0
local function is(what, got, expected)
   number = number + 1
   print(("%s %d - %s"):format(got == expected and "ok" or "not ok", number, what))
   if got ~= expected then
      print(("# got %s, expected %s"):format(got, expected))
      failed = true
   end
end

local counts = words.count("The fox, the owl and THE hound.")
is("a word in any case", counts.the, 3)
is("another word", counts.owl, 1)
is("a word that is not there", counts.cat, nil)
is("no text has no words", next(words.count("")), nil)
print("1.." .. number)
os.exit(not failed)
