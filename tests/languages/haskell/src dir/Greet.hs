module Greet (greeting) where

greeting :: String -> String
greeting name = "Hello, " ++ name ++ "!"
