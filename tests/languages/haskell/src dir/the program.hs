module Main (main) where

import Greet (greeting)

main :: IO ()
main = putStrLn (greeting "world")
