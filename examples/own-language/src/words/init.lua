local split = require("words.split")

local words = {}

-- How often each word is in the text.
function words.count(text)
   local counts = {}
   for word in split(text) do
      counts[word] = (counts[word] or 0) + 1
   end
   return counts
end

return words
