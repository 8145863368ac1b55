-- word-count: reads a text and prints its words with how often they are there, sorted.
local words = require("words")

local names = {}
local counts = words.count(io.read("a"))
for word in pairs(counts) do
   names[#names + 1] = word
end
table.sort(names)
for _, word in ipairs(names) do
   print(counts[word], word)
end
