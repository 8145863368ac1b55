package main

import "C"

//export in_go
func in_go(n C.int) C.int {
	answer := make(chan C.int)
	go func() { answer <- n * n }()
	return <-answer
}

func main() {}
