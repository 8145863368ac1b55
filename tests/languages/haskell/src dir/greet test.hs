module Main (main) where

import Control.Monad (unless)
import Data.List (isInfixOf)
import Greet (greeting)

main :: IO ()
main = do
  unless ("Ada" `isInfixOf` greeting "Ada") (fail "the name is missing")
  putStrLn "ok 1 - the name is there"
  unless (length (greeting "") > 2) (fail "nobody is greeted, too")
  putStrLn "ok 2 - nobody is greeted, too"
