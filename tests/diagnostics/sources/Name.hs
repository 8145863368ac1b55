main :: IO ()
main = putStrLn y
