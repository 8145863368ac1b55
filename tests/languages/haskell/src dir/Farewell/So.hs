module Farewell.So (farewell) where

farewell :: String
farewell = "So long and thanks"
