-- The words of a text, one after the other, in lower case.
return function(text)
   return text:lower():gmatch("%a+")
end
