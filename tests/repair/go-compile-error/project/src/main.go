package main

import (
	"fmt"

	"phrase"
)

func main() {
	fmt.Println(phrase.Reverse("one two"))
}
