package main

import (
	"fmt"
	"os"

	"phrase"
)

func main() {
	fmt.Println("1..1")
	if phrase.Reverse("one two three") != "three two one" {
		fmt.Println("not ok 1 - three words")
		os.Exit(1)
	}
	fmt.Println("ok 1 - three words")
}
